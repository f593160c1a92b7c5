"""Word lists behind normalising: what organisations, streets and mail providers call the same thing."""

from __future__ import annotations


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


def _meanings(listed: str) -> dict[str, str]:
    """Each word with its meaning, from `meaning: word word; meaning: …`; the meaning `nothing` is the empty text."""
    meanings = {}
    for entry in listed.split(";"):
        meaning, _, said = entry.partition(":")
        meanings.update(dict.fromkeys(said.split(), "" if meaning.strip() == "nothing" else meaning.strip()))
    return meanings


LEGAL_FORMS = _words(
    """
    inc incorporated corp corporation co company cos companies llc llp lllp lp pllc pc plc ltd limited ltda ltee
    limitee pty pvt unlimited gmbh ggmbh mbh ag kg kgaa ohg gbr ug ev eg sa sarl sas sasu sca snc scs eurl spa
    srl srls sapa soc sl slu sab cv rl bv nv vof cvba bvba sprl ab aktiebolag hb oy oyj as asa ans aps ks ehf hf
    kft zrt nyrt bt rt doo dd dno jd ad ead ood eood sro spol akciova ooo oao zao pao ao tov pp sia uab oue ou
    sp oo zoo sk spolka akcyjna sti tic kk yk gk godo kaisha kabushiki bhd sdn pte tbk fze fzco fzc dmcc wll
    saog ltdsti lda eireli sociedad anonima societe anonyme societa azioni stiftung verein holding holdings
    """
)
"""Legal forms of many countries, folded; dropped from the end of a name."""

AMBIGUOUS_FORMS = _words(
    """
    a de is per private public s san se z
    """
)
"""Parts of legal forms that are also ordinary words; dropped only before another form."""

LEADING_FORMS = _words(
    """
    ooo oao zao pao tov pt cv ud
    """
)
"""Legal forms that some countries write first."""

NAME_WORDS = _meanings(
    """
    international: intl internat int; national: natl nat; services: svc svcs srvc serv service; manufacturing:
    mfg mfr manuf mftg; technology: tech technologies techs techn; systems: sys syst system; associates: assoc
    assocs asso; association: assn; brothers: bros; center: ctr cntr centre cent centers; department: dept;
    university: univ uni; group: grp gp; management: mgmt mgt; marketing: mktg; engineering: eng engr engrg;
    industries: ind inds indus industry; laboratories: lab labs laboratory; hospital: hosp; communications: comm
    comms communication; distribution: dist distrib distr; development: dev devel; solutions: soln solns sol
    solution sltns; consulting: consult; financial: fin finl; insurance: ins; electric: elec electr; equipment:
    equip; products: prod prods product; school: sch schl; academy: acad; elementary: elem; government: govt;
    institute: inst; library: lib; medical: med; pharmaceuticals: pharm pharma; transportation: transp trans;
    american: amer; network: ntwk; networks: netwks; information: info; digital: dig; saint: st; fort: ft;
    mount: mt; william: wm; charles: chas; george: geo
    """
)
"""Abbreviations in names and what they stand for."""

GIVEN_NAMES = _meanings(
    """
    robert: bob bobby rob robbie bert robt roberto; william: bill billy will willy wm liam guillermo wilhelm;
    richard: dick rick ricky rich ricardo; james: jim jimmy jamie jas; john: johnny jack jon johann johannes
    juan jean giovanni ivan; michael: mike mick mickey mikey michel miguel mikhail; joseph: joe joey jos jose
    josef giuseppe; thomas: tom tommy thos tomas; charles: charlie chuck chas carlos karl carl; edward: ed eddie
    ted teddy ned eduard eduardo; george: georg jorg jorge giorgio; david: dave davey davide; daniel: dan danny
    daniele; matthew: matt matteo matthias; anthony: tony antonio anton; steven: steve stephen stefan stephan
    esteban; peter: pete pedro pietro pierre piotr; paul: pablo paolo pavel; kenneth: ken kenny; ronald: ron
    ronnie; donald: don donnie; timothy: tim timmy; gregory: greg gregor; jeffrey: jeff geoff geoffrey; andrew:
    andy drew andreas andre andrea; benjamin: ben benny; samuel: sam sammy; nicholas: nick nicky nicolas nikolai
    niklas; lawrence: larry laurence lorenzo; raymond: ray; frederick: fred freddy friedrich federico; walter:
    walt; henry: hank harry heinrich enrique henri; howard: howie; leonard: leo len lenny; philip: phil phillip
    philippe felipe; alexander: alex alec sasha aleksandr alejandro; eugene: gene; albert: al bertie alberto;
    gerald: gerry jerry; francis: frank francisco francesco franz; patrick: paddy patricio; mark: marc marco
    marcus markus marcos; martin: marty; louis: lou lewis luis luigi ludwig; morris: maurice moritz; muhammed:
    mohamed mohammed muhammad mohammad mhd; elizabeth: liz lizzie beth betty eliza elisabeth; margaret: maggie
    meg peggy peggie marge margie greta; catherine: kate katie kathy cathy katherine kathryn cat kay; mary:
    marie maria mari molly; susan: sue susie suzanne susanne susanna; patricia: patty trish tricia; jennifer:
    jen jenny; barbara: barb babs; deborah: deb debbie debra; rebecca: becky; christine: christina chrissy tina
    kristin kristen kirsten; jessica: jess jessie; sarah: sara sally sahra; anna: ann anne annie ana hanna
    hannah; helen: helena elena ellen nell; dorothy: dot dottie; victoria: vicky vicki; kimberly: kim kimmy;
    abigail: abby; judith: judy; pamela: pam; sandra: sandy; theresa: terry teresa tess; virginia: ginny;
    jacqueline: jackie; cynthia: cindy; amanda: mandy; eleanor: ellie elinor; candace: candice kandace;
    daniella: daniela; alexandra: alexa; julia: julie; laura: laurie; linda: lindy; marsha: marcia; martha:
    marta; nancy: nan; karen: karin; diane: diana; joan: joanna joanne; carol: caroline carolyn carole; jane:
    janet janice; emily: emilie; olivia: liv; sophia: sophie sofia; isabel: isabella
    """
)
"""Forms of given names, by the one that stands for them all."""

JOINING_WORDS = _words("and und et the of")
"""Words that a name has or has not."""

SECOND_NAME = (
    r"(?:\bd\s?/?\s?b\s?/?\s?a\b\.?|\bdoing business as\b|\bt/a\b|\btrading as\b|\ba\.?k\.?a\b\.?"
    r"|\balso known as\b|\bf\.?k\.?a\b\.?|\bformerly(?: known as)?\b|\bc/o\b)"
)
"""What stands between a registered name and the one that is used."""

DISTINGUISHING = _words(
    """
    north south east west northern southern eastern western northeast northwest southeast southwest upper lower
    ii iii iv vi vii viii ix jr sr nord sud sued ost est ouest norte sur este oeste one two three four
    """
)
"""Words that tell two otherwise equal names apart, like digits do."""

STREET_TYPES = _words(
    """
    st street str ave av aven avenue avn rd road blvd blv boulevard boul dr drive ln lane ct court pl place plz
    plaza pkwy pky parkway hwy highway sq square ter terr terrace cir circle way wy pike trl trail expy fwy xing
    cres crescent n s e w ne nw se sw no so north south east west northeast northwest southeast southwest rue
    via calle rua avenida alameda travessa platz weg strasse strada ulica ul of the de la le les du des del der den van
    d no nr bis ter prospekt aleja aleje os rynek chome banchi ban go ding mu fan hao lu plot opp
    """
)
"""Street types, directions and small words, which carry nothing where another word remains."""

UNITS = _words(
    """
    office ofc floor level lvl flat shop sala cj conj loja piso lok lokal bte bus haus geb kv pom of stall batiment bp
    """
)
"""What stands before the number of a room or a building at an address."""

FLOORS = _words("fl floor og obergeschoss etage andar piso stock planta jie lou kai shi hs")
"""What stands behind the number of a floor."""

STREET_WORDS = _meanings(
    """
    1st: first; 2nd: second; 3rd: third; 4th: fourth; 5th: fifth; 6th: sixth; 7th: seventh; 8th: eighth; 9th:
    ninth; 10th: tenth; st: saint; mt: mount; ft: fort; co: county; rt: route
    """
)
"""Street words with a shorter or numeric spelling."""

FREE_MAIL = _words(
    """
    gmail.com googlemail.com yahoo.com ymail.com rocketmail.com hotmail.com outlook.com live.com msn.com aol.com
    aim.com icloud.com me.com mac.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net
    charter.net earthlink.net juno.com netzero.net mail.com gmx.com gmx.de gmx.net web.de t-online.de freenet.de
    yahoo.co.uk yahoo.de yahoo.fr yahoo.ca yahoo.co.in yahoo.com.br btinternet.com hotmail.co.uk hotmail.fr
    hotmail.de live.co.uk orange.fr wanadoo.fr free.fr laposte.net libero.it virgilio.it bigpond.com
    optusnet.com.au rogers.com shaw.ca sympatico.ca telus.net protonmail.com proton.me pm.me zoho.com
    fastmail.com mail.ru yandex.ru yandex.com rambler.ru bk.ru list.ru qq.com 163.com 126.com sina.com naver.com
    hanmail.net rediffmail.com uol.com.br bol.com.br terra.com.br telenet.be skynet.be ziggo.nl kpnmail.nl
    bluewin.ch seznam.cz wp.pl o2.pl onet.pl facebook.com linkedin.com twitter.com x.com instagram.com
    youtube.com google.com yelp.com bit.ly example.com example.org example.net test.com none.com noemail.com
    nomail.com domain.com company.com email.com unknown.com website.com
    """
)
"""Domains of mail providers and platforms, which say nothing about who somebody is."""

ROLES = _words(
    """
    info information sales contact contactus office admin administration administrator support hello mail email
    service services customerservice accounts accounting accountspayable ap ar billing finance invoice invoices
    enquiries inquiries enquiry help helpdesk team hr jobs careers marketing press webmaster postmaster
    hostmaster post kontakt contacto contato vendas ventas vertrieb verkauf buchhaltung orders order purchasing
    procurement it partner partners noreply no-reply general reception
    """
)
"""What stands before the @ of an address that a whole company uses."""

STATES = _meanings(
    """
    al: alabama; ak: alaska; az: arizona; ar: arkansas; ca: california; co: colorado; ct: connecticut; de:
    delaware; fl: florida; ga: georgia; hi: hawaii; id: idaho; il: illinois; in: indiana; ia: iowa; ks: kansas;
    ky: kentucky; la: louisiana; me: maine; md: maryland; ma: massachusetts; mi: michigan; mn: minnesota; ms:
    mississippi; mo: missouri; mt: montana; ne: nebraska; nv: nevada; nh: newhampshire; nj: newjersey; nm:
    newmexico; ny: newyork; nc: northcarolina; nd: northdakota; oh: ohio; ok: oklahoma; or: oregon; pa:
    pennsylvania; ri: rhodeisland; sc: southcarolina; sd: southdakota; tn: tennessee; tx: texas; ut: utah; vt:
    vermont; va: virginia; wa: washington westernaustralia; wv: westvirginia; wi: wisconsin; wy: wyoming; dc:
    districtofcolumbia; pr: puertorico; ab: alberta; bc: britishcolumbia; mb: manitoba; nb: newbrunswick; nl:
    newfoundlandandlabrador; ns: novascotia; on: ontario; pe: princeedwardisland; qc: quebec; sk: saskatchewan;
    nsw: newsouthwales; qld: queensland; sa: southaustralia; tas: tasmania; vic: victoria
    """
)
"""States and provinces that are usually abbreviated, without spaces."""
