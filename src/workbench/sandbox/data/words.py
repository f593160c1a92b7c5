"""Words of which the invented companies, people and places are made. Nobody of these exists."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_SYLLABLES = _words(
    "Al Bel Cor Dra El Fen Gal Hal Ister Jun Kel Lor Mer Nor Or Pel Quil Ros Sel Tam Ul Ver Wes Xan Yar Zel "
    "Bran Cres Del Evan Fal Gren Hol Iver Kest Lum Mont Nev Ost Pran Rav Stel Thorn Vald Wend Ash Brig Cald Dun"
)
SECOND_SYLLABLES = _words("a e i o u an ar el en er il in ir on or um ava ento ira ola une")
LAST_SYLLABLES = _words(
    "bridge brook burn by castle cliff combe dale den field ford gate grove ham haven hill holm hurst keld land ley "
    "lock mark mere mont more port rick ridge ron run shaw stead stone thorpe ton trel via vale vance ward wick worth"
)
TRADES = (
    "Networks", "Systems", "Technologies", "Solutions", "Data", "Cloud", "Consulting", "Software", "Digital",
    "Computing", "IT Services", "Communications", "Security", "Integration", "Infrastructure", "Analytics",
    "Voice & Data", "Managed Services", "Business Machines", "Telecom", "Office Supply", "Automation",
    "Information Services", "Datacenter Services", "Software & Services", "Engineering",
)  # fmt: skip
CUSTOMER_TRADES = (
    "Dental Group", "Law Partners", "Logistics", "Foods", "Credit Union", "Medical Center", "Manufacturing",
    "Construction", "School District", "Insurance", "Hotels", "Farms", "Plastics", "Motors", "Textiles",
    "Real Estate", "Brewing Company", "Printing", "Accounting", "Pharmacy", "Architects", "Shipping", "Energy",
    "Furniture", "Publishing", "Veterinary Clinic",
)  # fmt: skip
SHORTENED = {
    "Technologies": "Tech", "Solutions": "Sol.", "Systems": "Sys", "Services": "Svcs", "Communications": "Comm",
    "Information": "Info", "Consulting": "Cons.", "Manufacturing": "Mfg", "Engineering": "Eng.", "Center": "Ctr",
    "Infrastructure": "Infra", "Company": "Co", "Group": "Grp", "Partners": "Ptnrs", "Networks": "Net",
}  # fmt: skip
FIRST_NAMES = _words(
    "Alma Boris Carmen Dina Emil Fatima Goran Hana Ivo Jana Karim Lena Milo Nadia Omar Petra Quentin Rosa Samir Tessa "
    "Umar Vera Walid Xenia Yusuf Zora Ana Bruno Clara Dario Elsa Felix Greta Hugo Ines Jonas Klara Luca Maya Nils"
)
LAST_NAMES = _words(
    "Abbott Brandt Castillo Dvorak Eriksen Fontaine Garrity Holloway Ibrahim Janssen Kowalski Lindqvist Moreau Novak "
    "Okafor Petrov Quinlan Rossi Sandoval Takeda Ueda Vargas Whitcombe Xavier Yilmaz Zimmermann Archer Bellamy "
    "Corrigan Delacroix Engström Fairweather Gallagher Hargreaves Iversen Jankowski Kaplan Larsson McAllister Núñez"
)
TITLES = ("Owner", "Sales Manager", "Account Executive", "IT Director", "Purchasing Manager", "CEO", "Channel Manager")
STREETS = _words(
    "Main Oak Maple Cedar Elm Washington Lake Hill Park River Spring Church Mill Harbor Market Commerce Industrial "
    "Madison Franklin Highland Prospect Union Chestnut Walnut Sunset Meadow Canal Bridge Station Foundry"
)
STREET_KINDS = (
    ("Street", "St"),
    ("Avenue", "Ave"),
    ("Road", "Rd"),
    ("Drive", "Dr"),
    ("Boulevard", "Blvd"),
    ("Lane", "Ln"),
)

Script = tuple[str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], str, bool]

SCRIPTS: tuple[Script, ...] = (
    # legal form, (native, latin) first words, (native, latin) second words, latin legal form, native form goes first
    ("株式会社", (("山田", "Yamada"), ("高橋", "Takahashi"), ("中村", "Nakamura"), ("青木", "Aoki")),
     (("システム", "Systems"), ("電子", "Electronics"), ("情報", "Information")), "K.K.", True),
    ("ООО", (("Северный", "Severny"), ("Волжский", "Volzhsky"), ("Балтийский", "Baltiysky"), ("Новый", "Novy")),
     (("Мост", "Most"), ("Контур", "Kontur"), ("Сервис", "Servis")), "LLC", True),
    ("ΑΕ", (("Αιγαίο", "Aigaio"), ("Όλυμπος", "Olympos"), ("Ιόνιο", "Ionio"), ("Δελφοί", "Delfoi")),
     (("Δίκτυα", "Diktya"), ("Συστήματα", "Systimata"), ("Λογισμικό", "Logismiko")), "SA", False),
    ("ش.م.م", (("النور", "Al Nour"), ("الخليج", "Al Khaleej"), ("الأندلس", "Al Andalus"), ("الشرق", "Al Sharq")),
     (("للتقنية", "Technology"), ("للاتصالات", "Telecom"), ("للأنظمة", "Systems")), "LLC", False),
    ("有限公司", (("华东", "Huadong"), ("远景", "Yuanjing"), ("金桥", "Jinqiao"), ("天成", "Tiancheng")),
     (("科技", "Technology"), ("网络", "Network"), ("软件", "Software")), "Co., Ltd.", False),
)  # fmt: skip

PLACES = (
    # country, code, spelt otherwise, calling code, weight, legal forms, (city, state, spelt out, postcode, area code)
    ("United States", "US", "USA", "1", 62,
     (("Inc.", "Incorporated", "Inc"), ("LLC", "L.L.C.", ""), ("Corp.", "Corporation", "")),
     (("Boston", "MA", "Massachusetts", "021", "617"), ("Austin", "TX", "Texas", "787", "512"),
      ("Denver", "CO", "Colorado", "802", "303"), ("Portland", "OR", "Oregon", "972", "503"),
      ("Columbus", "OH", "Ohio", "432", "614"), ("Raleigh", "NC", "North Carolina", "276", "919"),
      ("Phoenix", "AZ", "Arizona", "850", "602"), ("Tampa", "FL", "Florida", "336", "813"),
      ("Portland", "ME", "Maine", "041", "207"), ("Springfield", "IL", "Illinois", "627", "217"),
      ("Springfield", "MA", "Massachusetts", "011", "413"), ("Omaha", "NE", "Nebraska", "681", "402"))),
    ("Canada", "CA", "CAN", "1", 10, (("Inc.", "Incorporated", ""), ("Ltd.", "Limited", "Ltd")),
     (("Toronto", "ON", "Ontario", "M5V", "416"), ("Calgary", "AB", "Alberta", "T2P", "403"),
      ("Halifax", "NS", "Nova Scotia", "B3J", "902"))),
    ("United Kingdom", "GB", "UK", "44", 9, (("Ltd", "Limited", "Ltd."), ("plc", "PLC", "")),
     (("Leeds", "", "", "LS1", "113"), ("Bristol", "", "", "BS1", "117"), ("Glasgow", "", "", "G2", "141"))),
    ("Germany", "DE", "Deutschland", "49", 7, (("GmbH", "G.m.b.H.", ""), ("AG", "Aktiengesellschaft", "")),
     (("München", "", "", "803", "89"), ("Köln", "", "", "506", "221"), ("Hamburg", "", "", "203", "40"))),
    ("France", "FR", "FRA", "33", 5, (("SARL", "S.A.R.L.", ""), ("SAS", "S.A.S.", "")),
     (("Lyon", "", "", "690", "4"), ("Nantes", "", "", "440", "2"))),
    ("Australia", "AU", "AUS", "61", 5, (("Pty Ltd", "Pty. Limited", ""),),
     (("Perth", "WA", "Western Australia", "60", "8"), ("Hobart", "TAS", "Tasmania", "70", "3"))),
    ("Mexico", "MX", "México", "52", 2, (("S.A. de C.V.", "SA de CV", ""),),
     (("Monterrey", "NL", "Nuevo León", "640", "81"), ("Mérida", "YUC", "Yucatán", "970", "999"))),
)  # fmt: skip
