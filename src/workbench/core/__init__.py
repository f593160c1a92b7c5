"""Pure core: values in, values out. Nothing here reads, writes, asks the time or draws lots."""
