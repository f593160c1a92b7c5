"""See what there is and say which record is which: landscape, snapshots, rulings, crosswalk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbench.bench.ground import Ground
from workbench.core import linking
from workbench.core.assessing import Exposure, exposures, with_seen
from workbench.core.drawing import Violation, check
from workbench.core.planning import Preview, preview
from workbench.model.landscape import Landscape
from workbench.model.links import Candidates, Crosswalk, Ruling
from workbench.model.records import Ref, Snapshots
from workbench.model.rows import Rows
from workbench.steps import checking, inventorying, planning, reading, referring, ruling


class Seeing(Ground):
    """The verbs that read, and those that rule on what was read."""

    def landscape(self, *, seen: Snapshots | None = None) -> Landscape:
        """The declared landscape; with `seen`, reconciled with what the systems say about themselves."""
        return with_seen(self.settings.landscape, seen) if seen else self.settings.landscape

    def exposures(self, *, seen: Snapshots | None = None) -> Rows[Exposure]:
        """What is wrong with the connections that the systems show: SOAP log-ins, administrators, plain http, …"""
        return exposures(seen or self.snapshot("integration"))

    def save_inventory(self, path: Path | str) -> Path:
        """Write the inventory as a sheet for people, CSV or Excel as the name's ending says."""
        return inventorying.write_sheet(self.settings.landscape, Path(path))

    def take_inventory(self, sheet: Path | str) -> Rows[inventorying.Edit]:
        """Take the edits of a sheet over into `config/landscape.yaml`, all or none; says what changed."""
        by, file = self._may("analyst"), self.settings.folder / "config" / "landscape.yaml"
        made = inventorying.take_sheet(Path(sheet), file, self.settings.landscape, self.settings.integrations)
        return self._noted("inventory edited", file.name, made, by=by, cells=len(made)) if made else made

    def check_documents(self) -> Rows[checking.Document]:
        """Whether each source document of the landscape can be reached: asks its address once, writes nothing."""
        return checking.documents(self.settings.landscape.documents)

    def check_diagrams(self) -> Rows[Violation]:
        """Every rule of data flow diagrams that is broken; `accepted:` in the landscape file says what may stay."""
        return check(self.settings.landscape)

    def snapshot(self, kind: str, *, full: bool = False) -> Snapshots:
        """The records of a kind that an integration suggests from or admits, from each system that has it.

        Read whole, or as the last snapshot with everything changed since; of a system that no integration looks into,
        every record.
        """
        used = [pair for pair in self.settings.integrations.values() if kind in pair.kinds]
        return reading.offered(self._read(kind, full=full), self.kind(kind), used)

    def _read(self, kind: str, *, full: bool = False) -> Snapshots:
        known, used = self.kind(kind), [pair for pair in self.settings.integrations.values() if kind in pair.kinds]
        systems = {name: self.systems[name] for name in self.systems if name in known.systems}
        return reading.snapshot(
            systems, self.settings.kinds, kind, self.store, self.clock, integrations=used, full=full
        )

    def reference(self, kind: str, *, refresh: bool = False) -> Rows[referring.Reference]:
        """The fields, statuses, types, picklists and record types of a kind, as each system last said.

        Kept for a day; `refresh` asks now.
        """
        return referring.references(self.systems, self.settings.kinds, kind, self.store, self.clock, refresh=refresh)

    def choices(self, kind: str, system: str, *fields: str) -> Rows[referring.Choice]:
        """How many records of a system have each value of these fields: for choosing a filter, before a read."""
        return referring.choices(self.systems[system], self.kind(kind).name, fields)

    def members(self) -> Rows[linking.Member]:
        """Who of ours is whom in each system, by e-mail address or by ruling; who is not mapped stands first.

        A ruling overrides: `bench.rule("connectwise:member:3", "salesforce", "link", "salesforce:member:005…")`, and
        *exclude* for somebody who is in no other system.
        """
        return linking.members(self._read("member"), self.store.rulings.of("member"))

    def doctor(self) -> Rows[checking.Check]:
        """What draws, what answers, who approves first: one line a check."""
        return checking.doctor(self.settings, self.systems, self.store)

    def rulings(self, kind: str) -> Rows[Ruling]:
        """Every ruling about a kind, oldest first."""
        return self.store.rulings.of(kind)

    def preview(self, integration: str, record: str, target: str, *, master: str = "") -> Rows[Preview]:
        """What linking two records would write, field by field, under this master or the one in force."""
        pair, subject = self.integration(integration), Ref.parse(record)
        read = self._read(subject.kind)
        return preview(pair, self.kind(subject.kind), read, subject, Ref.parse(target), master=master)

    def preview_likeliest(self, integration: str, candidates: Candidates, *, master: str = "") -> Rows[Preview]:
        """The preview of the likeliest of these candidates; empty where there is none."""
        pair = candidates.likeliest()
        return self.preview(integration, str(pair[0]), str(pair[1]), master=master) if pair else Rows([])

    def rule(
        self, record: str, system: str, word: str, target: str = "", *, reason: str = "", master: str = ""
    ) -> Ruling:
        """Rule on a record with regard to another system: link (with target), create, later, exclude, lift.

        `master` is the system whose values win where both fill a field when the two are first merged.
        """
        by, word = self._may("analyst"), ruling.word(word)
        subject, other = Ref.parse(record), Ref.parse(target) if target else None
        made = ruling.rule(
            self.store, self.clock, by, subject, system, word=word, target=other, reason=reason, master=master
        )
        return self._noted("ruled", record, made, by=by, word=word)

    def rule_by_verdict(self, candidates: Candidates, integration: str) -> Rows[Ruling]:
        """Sandbox only: the labelled demo reviewer rules as the verdicts say, on records nobody ruled on yet."""
        by, pair = self._demo().person, self.integration(integration)
        made = ruling.rule_by_verdict(
            candidates, self._read(candidates.kind), pair, self.store, self.clock, by=by, master=pair.master
        )
        return self._noted("ruled by verdict", candidates.kind, made, by=by, count=len(made))

    def save_rulings(self, path: Path | str, kind: str = "partner", candidates: Candidates | None = None) -> Path:
        """Write the rulings in force, and what waits among the candidates, as a CSV sheet for people to fill in."""
        by = self._may("viewer", "analyst", "approver")
        made = ruling.save(self.store, kind, Path(path), candidates)
        return self._noted("rulings saved", kind, made, by=by)

    def drafted_rulings(self, path: Path | str, kind: str = "partner") -> Rows[Ruling]:
        """What a sheet would rule anew, to be looked at and counted; `rule_all` rules it."""
        return ruling.read(self.store, kind, Path(path), by=self._may("analyst"), clock=self.clock)

    def same_for_all(self, candidates: Candidates, word: str, *, master: str = "") -> Rows[Ruling]:
        """The same ruling for each of these candidates (`candidates.cases()` counts like ones); `rule_all` rules it."""
        meant, by = ruling.word(word), self._may("analyst")
        return ruling.same_for_all(candidates, meant, by=by, at=self.clock.now(), master=master)

    def rule_all(self, drafts: Iterable[Ruling], *, count: int) -> Rows[Ruling]:
        """Rule as drafted, all of them or none; `count` is how many you saw, else nothing is ruled."""
        by = self._may("analyst")
        made = ruling.rule_counted(self.store, drafts, by=by, clock=self.clock, count=count)
        return self._noted("ruled in bulk", ", ".join(sorted({r.subject.kind for r in made})), made, by=by, count=count)

    def crosswalk(self, integration: str, kind: str = "partner") -> Crosswalk:
        """Which record is which: rulings and links folded over what is read now."""
        pair = self.integration(integration)
        read = {name: self._read(name) for name in pair.kinds}
        return planning.crosswalks(pair, self.settings.kinds, read, self.store)[kind]
