"""What generated partners are made of: names, places, streets, and how often a copy lacks a field."""

from __future__ import annotations


def words(listed: str) -> list[str]:
    """The words of a list."""
    return listed.split()


_PLACES = """
    Boston|MA|021|617|US; Worcester|MA|016|508|US; Hartford|CT|061|860|US; New York|NY|100|212|US;
    Buffalo|NY|142|716|US; Albany|NY|122|518|US; Newark|NJ|071|973|US; Philadelphia|PA|191|215|US;
    Pittsburgh|PA|152|412|US; Baltimore|MD|212|410|US; Washington|DC|200|202|US; Richmond|VA|232|804|US;
    Raleigh|NC|276|919|US; Charlotte|NC|282|704|US; Columbia|SC|292|803|US; Atlanta|GA|303|404|US;
    Jacksonville|FL|322|904|US; Miami|FL|331|305|US; Tampa|FL|336|813|US; Birmingham|AL|352|205|US;
    Nashville|TN|372|615|US; Memphis|TN|381|901|US; Louisville|KY|402|502|US; Columbus|OH|432|614|US;
    Cleveland|OH|441|216|US; Detroit|MI|482|313|US; Grand Rapids|MI|495|616|US; Chicago|IL|606|312|US;
    Springfield|IL|627|217|US; Springfield|MO|658|417|US; St. Louis|MO|631|314|US; Kansas City|MO|641|816|US;
    Minneapolis|MN|554|612|US; Saint Paul|MN|551|651|US; Milwaukee|WI|532|414|US; Madison|WI|537|608|US;
    Omaha|NE|681|402|US; Denver|CO|802|303|US; Salt Lake City|UT|841|801|US; Phoenix|AZ|850|602|US;
    Tucson|AZ|857|520|US; Albuquerque|NM|871|505|US; Dallas|TX|752|214|US; Houston|TX|770|713|US;
    Austin|TX|787|512|US; San Antonio|TX|782|210|US; Las Vegas|NV|891|702|US; Los Angeles|CA|900|213|US; San
    Diego|CA|921|619|US; San Francisco|CA|941|415|US; Sacramento|CA|958|916|US; Portland|OR|972|503|US;
    Portland|ME|041|207|US; Seattle|WA|981|206|US; Toronto|ON|M5|416|CA; Montréal|QC|H3|514|CA; London||EC|20|GB;
    Manchester||M|161|GB; Berlin||101|30|DE; München||803|89|DE; Köln||506|221|DE; Paris||750|1|FR; Lyon||690|4|FR;
    Zürich||800|44|CH
"""
PLACES = [tuple(" ".join(place.split()).split("|")) for place in _PLACES.split(";")]
"""City, state, beginning of the postcode, area code, country."""
HEADS = words(
    """
    Summit Pioneer Liberty Global Allied United Premier Apex Pinnacle Northern Southern Pacific Atlantic Midwest
    Heritage Keystone Cascade Evergreen Horizon Granite Silver Golden Blue Red Iron Stone River Lake Harbor
    Coastal Metro Capital National American Century Legacy Patriot Eagle Falcon Phoenix Titan Atlas Vertex
    Quantum Vector Matrix Nova Stellar Delta Sigma Omega Alpha Beta Crystal Diamond Sterling Royal Crown Noble
    Trinity Cornerstone Landmark Gateway Frontier Redwood Cedar Oak Maple Birch Willow Aspen Sierra Mesa Canyon
    Prairie Valley Highland Ridge Glacier Aurora Beacon Fischer Müller Jäger Garcia Núñez Smith Johnson Williams
    Brown Miller Davis Wilson Anderson Thompson Novak Kowalski
    """
)
COINED = words(
    """
    zen tri vel nor lum ax quo bra del fin gor hal ix jun kel lor mon nex or pra qui ros sil tor ul ver wex yor
    zan cor dyn ent flo gen hex inno
    """
)
TRADES = words(
    """
    Technologies Systems Solutions Services Consulting Networks Software Communications Data Security Computing
    Electronics Industries Manufacturing Logistics Distribution Supply Partners Group Associates Digital Media
    Marketing Engineering Construction Energy Electric Medical Laboratories Financial Insurance Equipment
    Products International
    """
)
FORMS = {"US": ["Inc.", "LLC", "Corp.", "Co.", "Incorporated", "Ltd.", "", ""], "CA": ["Inc.", "Ltd.", "Ltée", ""],
         "GB": ["Ltd", "Limited", "PLC", "LLP"], "DE": ["GmbH", "AG", "GmbH & Co. KG"], "FR": ["SA", "SARL", "SAS"],
         "CH": ["AG", "SA", "GmbH"]}  # fmt: skip
STREETS = {
    "US": """Main|Oak|Park|Elm|Washington|Lake|Hill|Maple|Cedar|Walnut|Spring|North|Ridge|Church|Mill|River|Jefferson
|Madison|Market|Franklin|Center|Broad|Industrial|Commerce|Technology|Lincoln|Jackson|Highland|Forest|College|Union|Court|1st|2nd
|3rd|5th|42nd|Martin Luther King|La Cienega|Sunset|Peachtree|State|Michigan|Wacker|Grand|Harbor|Airport|University""",
    "CA": "Yonge|King|Queen|Bay|Sherbrooke|Saint-Denis|Bloor|Dundas",
    "GB": "High|Church|Station|Victoria|Baker|Oxford|Bridge|Kings|London",
    "DE": "Haupt|Bahnhof|Garten|Schul|Berliner |Goethe|Schiller|Linden",
    "FR": "de la Paix|Victor Hugo|de la République|Pasteur|des Lilas|Nationale",
    "CH": "Bahnhof|Dorf|Haupt|See",
}
STREETS = {country: [name.strip() for name in names.replace("\n", "").split("|")] for country, names in STREETS.items()}
TYPES = {"Street": "St", "Avenue": "Ave", "Road": "Rd", "Boulevard": "Blvd.", "Drive": "Dr", "Lane": "Ln"} | {
    "Parkway": "Pkwy"
}
SHORT = {"Technologies": "Tech", "Systems": "Sys", "Services": "Svcs", "Manufacturing": "Mfg", "International": "Int'l",
         "Associates": "Assoc.", "Communications": "Comm", "Solutions": "Soln", "Group": "Grp", "Laboratories": "Labs",
         "Engineering": "Eng.", "Distribution": "Dist.", "Industries": "Ind.", "National": "Nat'l"}  # fmt: skip
MISSING = {"street": 0.12, "city": 0.06, "state": 0.2, "postcode": 0.15, "country": 0.3} | {
    "phone": 0.2, "website": 0.35, "email": 0.5,
}  # fmt: skip
"""How often a copy lacks a field."""
JUNK = ("n/a", "unknown", "-", "none", "TBD")
DIAL = {"US": "1", "CA": "1", "GB": "44", "DE": "49", "FR": "33", "CH": "41"}
