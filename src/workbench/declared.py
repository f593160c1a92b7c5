"""What `config/landscape.yaml` declares, checked and turned into one `Landscape`."""
