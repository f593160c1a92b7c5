"""Names of countries as records write them, each with its ISO 3166-1 code: lower case, without points."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = """
ar arg argentina
at aut austria; österreich
au aus australia
be bel belgium; belgique; belgië
bg bgr bulgaria
br bra brazil; brasil
ca can canada
ch che switzerland; schweiz; suisse
cl chl chile
cn chn china; people's republic of china
co col colombia
cr cri costa rica
cy cyp cyprus
cz cze czechia; czech republic
de deu germany; deutschland
dk dnk denmark; danmark
ee est estonia
eg egy egypt
es esp spain; españa
fi fin finland; suomi
fr fra france
gb gbr united kingdom; uk; great britain; england; scotland; wales; northern ireland
gr grc greece
hk hkg hong kong
hr hrv croatia
hu hun hungary
id idn indonesia
ie irl ireland; republic of ireland
il isr israel
in ind india
is isl iceland
it ita italy; italia
jp jpn japan
ke ken kenya
kr kor south korea; korea; republic of korea
lt ltu lithuania
lu lux luxembourg
lv lva latvia
ma mar morocco
mt mlt malta
mx mex mexico; méxico
my mys malaysia
ng nga nigeria
nl nld netherlands; holland; nederland
no nor norway; norge
nz nzl new zealand
pe per peru
ph phl philippines
pk pak pakistan
pl pol poland; polska
pt prt portugal
ro rou romania
rs srb serbia
sa sau saudi arabia
se swe sweden; sverige
sg sgp singapore
si svn slovenia
sk svk slovakia
th tha thailand
tr tur turkey; türkiye
tw twn taiwan
ua ukr ukraine
ae are united arab emirates; uae
us usa united states; united states of america; america
uy ury uruguay
vn vnm vietnam; viet nam
za zaf south africa
"""


def _table() -> dict[str, str]:
    found = {}
    for line in _NAMES.strip().splitlines():
        short, long, names = line.split(" ", 2)
        for word in (short, long, *names.split("; ")):
            found[word.replace("'", "")] = short.upper()
    return found


COUNTRIES: Mapping[str, str] = _table()
"""From a name or a code to the two-letter code."""
