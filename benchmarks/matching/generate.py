"""Generated partner lists with known truth, which hold every trap that wrong links were seen to come from.

    python benchmarks/matching/generate.py FOLDER --left 10000 --right 6000 --overlap 0.45 --seed 1

writes left.csv, right.csv and truth.csv. Matches are noisy copies: misspelt, abbreviated, re-ordered, renamed,
moved, with fields missing or filled with junk, some twice. The others are made to look like a left record: a namesake
elsewhere, an unknown branch, a near name in the same city, another firm in the same building, a child that shares
name and domain, a firm behind the same switchboard; or they are strangers.
"""

from __future__ import annotations

import argparse
import csv
import random
from pathlib import Path

from vocabulary import COINED, DIAL, FORMS, HEADS, JUNK, MISSING, PLACES, SHORT, STREETS, TRADES, TYPES

FIELDS = ("id", "name", "street", "city", "state", "postcode", "country", "phone", "website", "email")

Record = dict[str, str]


class World:
    """Draws organisations and noisy copies of them from one seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def site(self, place: tuple[str, ...] | None = None) -> Record:
        city, state, code, area, country = place or self.draw.choice(PLACES)
        number, name = (
            self.draw.randint(1, 9999 if country in {"US", "CA"} else 180),
            self.draw.choice(STREETS[country]),
        )
        kind = self.draw.choice(list(TYPES))
        way = self.draw.choice(["", "", "", "N ", "S ", "East ", "W. "])
        street = {"DE": f"{name}straße {number}", "CH": f"{name}strasse {number}", "FR": f"{number} rue {name}",
                  "GB": f"{number} {name} Street"}.get(country, f"{number} {way}{name} {kind}")  # fmt: skip
        digits = self.draw.randint(0, 99)
        canadian = f"{code}{'ABCEGH'[digits % 6]} {digits % 10}K{digits % 7}"
        british = f"{code}{digits % 20 + 1} {digits % 9}AB"
        postcode = {"CA": canadian, "GB": british}.get(country, f"{code}{digits:02d}")
        place = {"street": street, "city": city, "state": state, "postcode": postcode, "country": country}
        return place | {"phone": self.phone(area, country)}

    def phone(self, area: str, country: str) -> str:
        return f"+{DIAL[country]} {area} {self.draw.randint(200, 999)} {self.draw.randint(0, 9999):04d}"

    def name(self) -> str:
        head = self.draw.choice(HEADS) if self.chance(0.6) else "".join(self.draw.sample(COINED, 2)).capitalize()
        if self.chance(0.15):
            head += " " + self.draw.choice(HEADS)
        return f"{head} {self.draw.choice(TRADES)}" if self.chance(0.85) else f"{head} & {self.draw.choice(HEADS)}"

    def organisation(self, place: tuple[str, ...] | None = None, name: str = "", domain: str = "") -> Record:
        site = self.site(place)
        name = name or self.name()
        domain = domain or self.domain(name)
        form = self.draw.choice(FORMS[site["country"]])
        mail = self.draw.choice(["info", "sales", "contact", "office", self.person(), self.person()])
        if self.chance(0.12):
            email = (
                f"{plain(name)[:9]}{self.draw.randint(1, 99)}@{self.draw.choice(['gmail.com', 'yahoo.com', 'aol.com'])}"
            )
        else:
            email = f"{mail}@{domain}"
        return {
            "name": f"{name} {form}".strip(),
            "bare": name,
            **site,
            "website": f"www.{domain}",
            "email": email,
            "domain": domain,
        }

    def person(self) -> str:
        surname = plain(self.draw.choice(HEADS[-18:])) + self.draw.choice(["", self.draw.choice(COINED)])
        return f"{self.draw.choice('abcdefghjklmnprstw')}.{surname}"

    def domain(self, name: str) -> str:
        words = [plain(word) for word in name.split() if plain(word)]
        stem = self.draw.choice(
            ["".join(words), words[0] + "".join(word[0] for word in words[1:]), "-".join(words[:2]), words[0]]
        )
        number = self.draw.choice(["", "", "", str(self.draw.randint(1, 999))])
        return f"{stem}{number}.{self.draw.choice(['com', 'com', 'com', 'net', 'biz', 'io'])}"

    # Noise of a true copy

    def copy(self, known: Record) -> Record:
        record = dict(known)
        record["name"] = self.renamed(known)
        if self.chance(0.06):
            record |= self.moved(known)
        record["street"] = self.respelt_street(record["street"])
        record["phone"] = self.rewritten_phone(record["phone"])
        record["website"] = self.draw.choice(["{}", "http://{}", "https://{}/", "{}/index.html"]).format(
            record["website"]
        )
        if self.chance(0.15):
            record["website"] = record["website"].replace("www.", "")
        if self.chance(0.05):
            record["phone"] = self.phone(place_of(known)[3], known["country"])
        if self.chance(0.04):
            record["website"] = f"www.{self.domain(known['bare'])}"
        if self.chance(0.15):
            record["name"] = record["name"].upper() if self.chance(0.7) else record["name"].lower()
        if self.chance(0.1):
            record["city"] = self.typo(record["city"])
        return self.thinned(record)

    def renamed(self, known: Record) -> str:
        words = known["bare"].split()
        how = self.draw.random()
        if how < 0.30:
            return known["name"]
        if how < 0.45:
            return " ".join(SHORT.get(word, word) for word in words)
        if how < 0.60:
            return self.typo(known["bare"])
        if how < 0.70:
            tail = self.draw.choice(
                ["Inc", "LLC", "Corporation", "Company", f"of {known['city']}", f"- {known['city']}"]
            )
            return f"{known['bare']} {tail}"
        if how < 0.76:
            return f"{words[-1]}, {' '.join(words[:-1])}"
        if how < 0.82:
            return "".join(words)
        if how < 0.87:
            return f"{self.name()} d/b/a {known['bare']}"
        if how < 0.90:
            return self.name()
        if how < 0.94:
            return words[0]
        return f"The {self.typo(known['name'])}"

    def moved(self, known: Record) -> Record:
        return {key: value for key, value in self.site(place_of(known)).items() if key in {"street", "postcode"}}

    def typo(self, text: str) -> str:
        at = self.draw.randrange(max(len(text) - 1, 1))
        letter = self.draw.choice("abcdefghijklmnopqrstuvwxyz")
        swapped = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
        return self.draw.choice(
            [text[:at] + text[at + 1 :], text[:at] + letter + text[at:], swapped, text[:at] + letter + text[at + 1 :]]
        )

    def respelt_street(self, street: str) -> str:
        if self.chance(0.5):
            for long, short in TYPES.items():
                street = street.replace(f" {long}", f" {short}")
        street = street.replace("straße", self.draw.choice(["straße", "strasse", "str."]))
        if self.chance(0.1):
            street += f", Suite {self.draw.randint(1, 900)}"
        return self.typo(street) if self.chance(0.08) else street

    def rewritten_phone(self, phone: str) -> str:
        dial, area, *rest = phone.lstrip("+").split(" ")
        trunk = "" if dial == "1" else "0"
        written = self.draw.choice(["+{0} {1} {2}", "({3}{1}) {2}", "{3}{1}-{2}", "{3}{1}.{2}", "{3}{1}{2}"])
        number = written.format(dial, area, self.draw.choice(["-", " ", ""]).join(rest), trunk)
        return f"{number} x{self.draw.randint(10, 999)}" if self.chance(0.06) else number

    def thinned(self, record: Record) -> Record:
        for field, share in MISSING.items():
            if self.chance(share):
                record[field] = self.draw.choice(JUNK) if self.chance(0.05) else ""
        return record

    # Look-alikes that are no copies

    def lookalike(self, known: Record) -> Record:
        make = self.draw.choices(
            (
                self.namesake,
                self.branch,
                self.near_name,
                self.neighbour,
                self.child,
                self.behind_switchboard,
                self.stranger,
            ),
            weights=(18, 29, 14, 19, 12, 6, 2),
        )[0]
        return self.copy_of_other(make(known))

    def copy_of_other(self, other: Record) -> Record:
        return self.copy(other)

    def elsewhere(self, known: Record) -> tuple[str, ...]:
        return self.draw.choice(
            [place for place in PLACES if place[0] != known["city"] and place[4] == known["country"]] or PLACES
        )

    def namesake(self, known: Record) -> Record:
        return self.organisation(self.elsewhere(known), name=known["bare"])

    def branch(self, known: Record) -> Record:
        place = place_of(known) if self.chance(0.25) else self.elsewhere(known)
        return self.organisation(place, name=known["bare"], domain=known["domain"])

    def near_name(self, known: Record) -> Record:
        words = known["bare"].split()
        near = self.draw.choice(
            [
                words[0] + " " + self.draw.choice(TRADES),
                self.draw.choice(HEADS) + " " + words[-1],
                f"{words[0][:-1]}a {words[-1]}",
            ]
        )
        return self.organisation(place_of(known), name=near)

    def neighbour(self, known: Record) -> Record:
        other = self.organisation(place_of(known))
        return other | {key: known[key] for key in ("street", "city", "state", "postcode", "country")}

    def child(self, known: Record) -> Record:
        tail = self.draw.choice(["Holdings", "Leasing", "Capital", "Europe", "West", "II"])
        name = f"{known['bare'].split()[0]} {self.draw.choice(TRADES)} {tail}"
        place = place_of(known) if self.chance(0.5) else self.elsewhere(known)
        return self.organisation(place, name=name, domain=known["domain"])

    def behind_switchboard(self, known: Record) -> Record:
        return self.organisation(place_of(known)) | {"phone": known["phone"]}

    def stranger(self, known: Record) -> Record:
        return self.organisation()


def plain(text: str) -> str:
    folded = text.lower().translate(str.maketrans("äöüáéíóúñç", "aouaeiounc"))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def place_of(record: Record) -> tuple[str, ...]:
    return next(p for p in PLACES if p[0] == record["city"] and p[1] == record["state"])


def generate(folder: Path, left_count: int, right_count: int, overlap: float, seed: int) -> None:
    """Write the three files."""
    world = World(seed)
    lefts: list[Record] = []
    while len(lefts) < left_count:
        head = world.organisation()
        lefts.append(head)
        if world.chance(0.12):  # a company of which several sites are known
            lefts += [world.branch(head) for _ in range(world.draw.randint(1, 3))]
        if world.chance(0.05):
            lefts.append(world.neighbour(head))
        if world.chance(0.03):
            lefts.append(world.child(head))
    del lefts[left_count:]
    world.draw.shuffle(lefts)
    rights: list[tuple[Record, int | None]] = []
    unmatched = set(range(left_count))
    order = world.draw.sample(range(left_count), left_count)
    while len(rights) < right_count and len(rights) < overlap * right_count and order:
        at = order.pop()
        unmatched.discard(at)
        rights.append((world.copy(lefts[at]), at))
        if world.chance(0.01):
            rights.append((world.copy(lefts[at]), at))
    while len(rights) < right_count:
        rights.append((world.lookalike(lefts[world.draw.randrange(left_count)]), None))
    world.draw.shuffle(rights)
    write(folder, lefts, [(record, [] if left is None else [left]) for record, left in rights])


def write(folder: Path, lefts: list[Record], rights: list[tuple[Record, list[int]]]) -> None:
    """Write left.csv, right.csv and truth.csv; each right record comes with the rows of its left ones."""
    folder.mkdir(parents=True, exist_ok=True)
    sides = (("left", "L", lefts), ("right", "R", [record for record, _ in rights]))
    for side, letter, records in sides:
        with (folder / f"{side}.csv").open("w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, FIELDS, extrasaction="ignore")
            out.writeheader()
            out.writerows(record | {"id": f"{letter}{number}"} for number, record in enumerate(records))
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("left_id", "right_id"))
        out.writerows((f"L{left}", f"R{right}") for right, (_, lefts) in enumerate(rights) for left in lefts)


def main() -> None:
    """Read the command line and write one set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--left", type=int, default=10_000)
    parser.add_argument("--right", type=int, default=6_000)
    parser.add_argument("--overlap", type=float, default=0.45)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generate(given.folder, given.left, given.right, given.overlap, given.seed)


if __name__ == "__main__":
    main()
