"""Names of countries as records write them, in English and in their own languages, each with its ISO 3166-1 code."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = """
ar arg argentina
at aut austria; österreich
au aus australia
be bel belgium; belgique; belgië; belgien
bg bgr bulgaria; българия
br bra brazil; brasil
ca can canada
ch che switzerland; schweiz; suisse; svizzera
cl chl chile
cn chn china; people's republic of china; 中国
co col colombia
cr cri costa rica
cy cyp cyprus; κύπρος
cz cze czechia; czech republic; česko
de deu germany; deutschland; ger
dk dnk denmark; danmark
ee est estonia; eesti
eg egy egypt; مصر
es esp spain; españa
fi fin finland; suomi
fr fra france
gb gbr united kingdom; uk; great britain; england; scotland; wales; northern ireland
gr grc greece; ελλάδα
hk hkg hong kong; 香港
hr hrv croatia; hrvatska
hu hun hungary; magyarország
id idn indonesia
ie irl ireland; republic of ireland; éire
il isr israel; ישראל
in ind india; भारत
is isl iceland; ísland
it ita italy; italia
jp jpn japan; 日本
ke ken kenya
kr kor south korea; korea; republic of korea; 대한민국
lt ltu lithuania; lietuva
lu lux luxembourg; lëtzebuerg; luxemburg
lv lva latvia; latvija
ma mar morocco; المغرب
mt mlt malta
mx mex mexico; méxico
my mys malaysia
ng nga nigeria
nl nld netherlands; the netherlands; holland; nederland
no nor norway; norge; noreg
nz nzl new zealand
pe per peru
ph phl philippines; pilipinas
pk pak pakistan; پاکستان
pl pol poland; polska
pt prt portugal
ro rou romania; românia
rs srb serbia; srbija; србија
ru rus russia; russian federation; россия
sa sau saudi arabia; المملكة العربية السعودية
se swe sweden; sverige
sg sgp singapore
si svn slovenia; slovenija
sk svk slovakia; slovensko
th tha thailand; ไทย
tr tur turkey; türkiye
tw twn taiwan; 台灣
ua ukr ukraine; україна
ae are united arab emirates; uae; الإمارات العربية المتحدة
us usa united states; united states of america; america
uy ury uruguay
vn vnm vietnam; viet nam; việt nam
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
