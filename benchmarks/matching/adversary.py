"""Worlds that try to make a matcher fail: each seed is another kind of world, with known truth.

    python benchmarks/matching/adversary.py FOLDER --seed 1 --half development [--left 1500 --right 1000 --overlap .5]

The seed draws the countries and scripts, which columns a side lacks or fills with one value, how often cells are empty,
misplaced, transposed or placeholders, whether there are firms or people, how often firms changed name or moved, and
which traps stand among the records that have no partner. The two halves share no country and no name; the engine was
written with the first half in sight, and the second is for judging it.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

from abroad import COINED, ENDINGS, HALVES, LANDS, PLACEHOLDERS, Land, Spelled, spelled
from generate import FIELDS, write

Record = dict[str, str]
Firm = dict[str, object]
COLUMNS = FIELDS[1:]
ROLES = ("info", "info", "office", "kontakt", "sales")


class World:
    """Draws firms, copies of them and traps, from one seed."""

    def __init__(self, seed: int, half: str) -> None:
        self.draw = random.Random(f"{half} {seed}")
        known = [land for land in LANDS.values() if land.half == half]
        self.lands = self.draw.sample(known, self.draw.choice([1, 1, 2, 3]))
        self.endings = ENDINGS[half]
        self.people = self.draw.choice([0.0, 0.1, 0.3, 0.9])
        self.generic = self.draw.choice([0.0, 0.2, 0.6])
        self.script = {side: self.draw.choice(["native", "latin", "both"]) for side in ("left", "right")}
        self.empty = {
            side: {name: self.draw.choice([0, 0.05, 0.15, 0.4]) for name in COLUMNS[1:]} for side in self.script
        }
        self.lacking = {side: self.draw.sample(COLUMNS[1:], self.draw.choice([0, 0, 1, 3])) for side in self.script}
        self.constant = self.draw.choice(["", "", "state", "country", "phone", "website"])
        self.placeholders = self.draw.choice([0.0, 0.02, 0.1])
        self.misplaced = self.draw.choice([0.0, 0.0, 0.03])
        self.noise = self.draw.choice([0.5, 1.0, 1.5])
        self.doubled = self.draw.choice([0.0, 0.0, 0.03])
        traps = (self.namesake, self.branch, self.near_name, self.neighbour, self.holding, self.franchise)
        traps += (self.client, self.relative, self.successor, self.stranger, self.next_number)
        self.traps = {trap: self.draw.expovariate(1.0) for trap in traps}
        self.traps[self.successor] *= 0.2
        self.traps[self.holding] *= 0.5
        self.domains = set[str]()

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def land(self) -> Land:
        return self.draw.choice(self.lands)

    # A firm: its parts, in both spellings

    def site(self, land: Land, city: tuple[str, ...] | None = None) -> Firm:
        city = city or self.draw.choice(land.cities)
        postcode = "".join(self.sign(sign) for sign in city[3])
        made = {"land": land, "city": city, "postcode": postcode, "street": self.draw.choice(land.streets)}
        made |= {"number": self.draw.randint(1, land.largest), "unit": self.draw.randint(1, 40)}
        return made | {"block": self.draw.randint(1, 20), "phone": self.phone(land)}

    def sign(self, sign: str) -> str:
        return self.draw.choice({"#": "0123456789", "@": "ABDEFGHJL"}.get(sign, sign))

    def phone(self, land: Land) -> str:
        return str(self.draw.randint(2, 8)) + "".join(str(self.draw.randint(0, 9)) for _ in range(land.local - 1))

    def bare(self, land: Land) -> tuple[str, str]:
        draw, trade = self.draw, self.draw.choice(land.trades)
        if self.chance(self.people):
            person = beside(draw.choice(land.given), draw.choice(land.surnames))
            return person if self.chance(0.5) else beside(person, trade)
        if self.chance(self.generic):
            place = spelled(" | ".join(draw.choice(land.cities)[:2]))
            return beside(draw.choice([place, draw.choice(land.surnames)]), trade)
        coined = (draw.choice(COINED) + draw.choice(COINED) + draw.choice(["", draw.choice(self.endings)])).capitalize()
        return beside((coined, coined), trade) if self.chance(0.8) else (coined, coined)

    def firm(self, land: Land | None = None, city: tuple[str, ...] | None = None, **known: object) -> Firm:
        land = land or self.land()
        firm = self.site(land, city)
        firm["bare"] = self.bare(land)
        firm["form"] = self.draw.choice(land.forms)
        words = str(firm["bare"][1]).lower().replace(" ", self.draw.choice(["", "", "-"]))
        stem = re.sub("[^a-z0-9-]", "", words)[:18] or "firm"
        firm["domain"] = self.domain(stem, land)
        person = re.sub("[^a-z]", "", self.draw.choice(land.surnames)[1].lower())
        mail = self.draw.choice([*ROLES, person, f"{person[:1]}.{person}{self.draw.randint(1, 9)}"])
        if self.chance(0.15 + 0.4 * self.people):
            provider = self.draw.choice(["gmail.com", "outlook.com", "mail.ru", "web.de"])
            mail = f"{person}{stem[:4]}{self.draw.randint(1, 999)}@{provider}"
        firm["email"] = mail
        return firm | known

    def domain(self, stem: str, land: Land) -> str:
        """A domain that nobody else has."""
        domain = f"{stem}{self.draw.choice(['', '', self.draw.randint(1, 99)])}.{self.draw.choice(land.ending)}"
        while domain in self.domains:
            domain = f"{stem}{self.draw.randint(100, 99999)}.{self.draw.choice(land.ending)}"
        self.domains.add(domain)
        return domain

    # Traps: other firms that look like a known one

    def elsewhere(self, known: Firm) -> tuple[str, ...]:
        return self.draw.choice([city for city in known["land"].cities if city != known["city"]])

    def namesake(self, known: Firm) -> Firm:
        return self.firm(known["land"], self.elsewhere(known), bare=known["bare"])

    def branch(self, known: Firm) -> Firm:
        city = known["city"] if self.chance(0.35) else self.elsewhere(known)
        shared = known["email"] if known["email"] in ROLES else "info"
        made = self.firm(known["land"], city, bare=known["bare"], form=known["form"], domain=known["domain"])
        made |= {"email": made["email"] if self.chance(0.5) else shared}
        return made | ({"phone": known["phone"], "area": known["city"][4]} if self.chance(0.15) else {})

    def near_name(self, known: Firm) -> Firm:
        words = [spelling.split() for spelling in known["bare"]]
        other = self.draw.choice(known["land"].trades)
        near = tuple(" ".join([*spelling[:1], said]) for spelling, said in zip(words, other, strict=True))
        return self.firm(known["land"], known["city"], bare=near)

    def neighbour(self, known: Firm) -> Firm:
        return self.firm(known["land"], known["city"]) | {
            part: known[part] for part in ("street", "number", "postcode", "block")
        }

    def holding(self, known: Firm) -> Firm:
        tail = self.draw.choice(
            ["Leasing", "Real Estate", "International", "Capital", "Nord", "II", "Properties", "Ventures"]
        )
        child = tuple(f"{spelling.split()[0]} {tail}" for spelling in known["bare"])
        made = self.firm(
            known["land"],
            known["city"] if self.chance(0.5) else self.elsewhere(known),
            bare=child,
            domain=known["domain"],
        )
        same = ("street", "number", "postcode", "block", "city") if self.chance(0.4) else ()
        return made | {part: known[part] for part in same}

    def franchise(self, known: Firm) -> Firm:
        made = self.firm(
            known["land"],
            known["city"] if self.chance(0.5) else self.elsewhere(known),
            bare=known["bare"],
            domain=known["domain"],
        )
        mark = self.draw.choice([f"#{self.draw.randint(100, 999)}", str(made["street"][1]), str(made["city"][1])])
        return made | {"bare": tuple(f"{spelling} {mark}" for spelling in known["bare"])}

    def client(self, known: Firm) -> Firm:
        """Another client of the accountant whose address and phone a known firm gives as its own."""
        return self.firm(known["land"], known["city"]) | {
            part: known[part] for part in ("street", "number", "unit", "block", "postcode", "phone", "city")
        }

    def relative(self, known: Firm) -> Firm:
        """Somebody else of that family, at that address."""
        family = tuple(spelling.split()[-1] for spelling in known["bare"])
        made = self.firm(known["land"], known["city"], bare=beside(self.draw.choice(known["land"].given), family))
        return made | {part: known[part] for part in ("street", "number", "unit", "block", "postcode")}

    def successor(self, known: Firm) -> Firm:
        """Who took over the rooms, and the line with them; now another trade, name and site."""
        return self.client(known)

    def next_number(self, known: Firm) -> Firm:
        """A near name a few doors on, with a phone that differs in one digit."""
        made = self.near_name(known) | {part: known[part] for part in ("street", "postcode", "block")}
        return made | {
            "number": int(known["number"]) + 2,
            "phone": known["phone"][:-1] + str((int(known["phone"][-1]) + 1) % 10),
        }

    def stranger(self, _known: Firm) -> Firm:
        return self.firm()

    # From a firm to what a system holds of it

    def record(self, firm: Firm, side: str) -> Record:
        script = self.script[side]
        native = script == "native" or (script == "both" and self.chance(0.5))
        at, land, city = 0 if native else 1, firm["land"], firm["city"]
        street = self.draw.choice(land.address).format(
            n=firm["number"], s=firm["street"][at], u=firm["unit"], v=firm["block"]
        )
        if self.chance(0.25):
            unit = self.draw.choice(land.unit).format(u=firm["unit"])
            street = f"{unit}{street}" if unit.endswith(", ") else f"{street}{unit}"
        cut = 3 if land.local == 7 else 4
        phone = self.draw.choice(land.written).format(
            dial=land.dial, area=firm.get("area", city[4]), a=firm["phone"][:cut], b=firm["phone"][cut:]
        )
        mail, site = str(firm["email"]), self.draw.choice(["www.{}", "http://{}", "{}", "https://www.{}/"])
        record = {"name": self.called(firm, at), "street": street, "city": city[at], "state": city[2]}
        record |= {"postcode": str(firm["postcode"]), "country": self.draw.choice(land.name), "phone": phone}
        record |= {"website": site.format(firm["domain"]), "email": mail if "@" in mail else f"{mail}@{firm['domain']}"}
        return self.worn(record, side)

    def called(self, firm: Firm, at: int) -> str:
        name, form = firm["bare"][at], firm["form"][at if firm["form"][at] else 0]
        if self.chance(0.25):
            return name
        before = firm["land"].code == "RU" or (firm["land"].code == "JP" and self.chance(0.5))
        return " ".join((form, f'"{name}"' if self.chance(0.4) else name) if before else (name, form)).strip()

    def worn(self, record: Record, side: str) -> Record:
        """What typing, forms and exports make of a record."""
        for name in COLUMNS[1:]:
            if name in self.lacking[side] or self.chance(self.empty[side][name]):
                record[name] = ""
            elif self.chance(self.placeholders):
                record[name] = self.draw.choice(PLACEHOLDERS[name])
        if self.chance(self.misplaced):
            one, two = self.draw.sample([name for name in COLUMNS if name != "name"], 2)
            record[one], record[two] = record[two], record[one]
        if self.constant and side == "right":
            record[self.constant] = {"phone": "+1 555 010 0000", "website": "www.portal.example"}.get(
                self.constant, "Main"
            )
        return record

    def copy(self, firm: Firm) -> Record:
        """The same firm, as the other system holds it: changed, respelt, misspelt."""
        record, often = self.record(self.changed(firm), "right"), self.noise
        if self.chance(0.15 * often):
            record["name"] = self.typo(record["name"])
        if self.chance(0.06 * often):
            record["street"] = self.typo(record["street"])
        words = record["name"].split()
        if self.chance(0.05 * often):
            record["name"] = " ".join(self.draw.sample(words, len(words)))
        if self.chance(0.1 * often):
            record["name"] = self.draw.choice([str.upper, str.lower, str.title])(record["name"])
        if self.chance(0.04 * often) and len(words) > 2:
            record["name"] = " ".join(words[:2])
        return record

    def changed(self, firm: Firm) -> Firm:
        """What became of a firm since the other system wrote it down: moved, renamed, with another phone or domain."""
        firm, often, land = dict(firm), self.noise, firm["land"]
        if self.chance(0.03 * often):
            firm |= {key: value for key, value in self.site(land, firm["city"]).items() if key != "phone"}
        if self.chance(0.04 * often):
            firm["phone"] = self.phone(land)
        if self.chance(0.03 * often):
            at = self.draw.randrange(1, len(firm["phone"]) - 1)
            firm["phone"] = swapped(firm["phone"], at)
        if self.chance(0.03 * often):
            firm["domain"] = self.firm(land)["domain"]
        if self.chance(0.02 * often):
            firm["number"] = int(str(firm["number"])[::-1])
        renamed = self.draw.random()
        if renamed < 0.02 * often:
            firm["bare"] = self.bare(land)
        elif renamed < 0.05 * often:
            between = self.draw.choice(["dba", "t/a", "formerly"])
            firm["bare"] = tuple(
                f"{new} {between} {old}" for new, old in zip(self.bare(land), firm["bare"], strict=True)
            )
        return firm

    def typo(self, text: str) -> str:
        at = self.draw.randrange(max(len(text) - 1, 1))
        letter = self.draw.choice("abcdefghijklmnopqrstuvwxyz")
        return self.draw.choice([text[:at] + text[at + 1 :], text[:at] + letter + text[at:], swapped(text, at)])


def beside(first: Spelled, second: Spelled) -> Spelled:
    """Two names, one behind the other, in both spellings."""
    return f"{first[0]} {second[0]}", f"{first[1]} {second[1]}"


def swapped(text: str, at: int) -> str:
    """The text with two neighbouring signs changed over."""
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def generate(folder: Path, world: World, left_count: int, right_count: int, overlap: float) -> None:
    """Write left.csv, right.csv and truth.csv."""
    draw, firms = world.draw, list[Firm]()
    while len(firms) < left_count:
        known = world.firm()
        firms.append(known)
        if world.chance(0.1):
            firms += [world.branch(known) for _ in range(draw.randint(1, 4))]
        if world.chance(0.1):
            firms.append(
                draw.choice([world.neighbour, world.client, world.near_name, world.holding, world.franchise])(known)
            )
    firms = draw.sample(firms, len(firms))[:left_count]
    lefts = [world.record(firm, "left") for firm in firms]
    rights: list[tuple[Record, list[int]]] = []
    order = draw.sample(range(left_count), left_count)
    twice: dict[int, list[int]] = {at: [at] for at in range(left_count)}
    for at in range(left_count):
        if world.chance(world.doubled):
            twice[at].append(len(lefts))
            lefts.append(world.record(firms[at], "left"))
    while order and len(rights) < overlap * right_count:
        at = order.pop()
        for _ in range(2 if world.chance(0.02) else 1):
            rights.append((world.copy(firms[at]), twice[at]))
    makers, weights = list(world.traps), list(world.traps.values())
    while len(rights) < right_count:
        trap = draw.choices(makers, weights)[0]
        rights.append((world.copy(trap(firms[draw.randrange(left_count)])), []))
    draw.shuffle(rights)
    write(folder, lefts, rights)


def main() -> None:
    """Read the command line and write one world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--left", type=int, default=1500)
    parser.add_argument("--right", type=int, default=1000)
    parser.add_argument("--overlap", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", choices=sorted(HALVES), default="development")
    given = parser.parse_args()
    generate(given.folder, World(given.seed, given.half), given.left, given.right, given.overlap)


if __name__ == "__main__":
    main()
