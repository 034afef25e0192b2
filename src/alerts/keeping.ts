import { type Document, type DocumentChanges, DocumentMerge } from "../journal/documents.ts";
import { Alert, type AlertFacts, type Phase } from "./alert.ts";
import type { Penalty } from "./flaps.ts";
import { alertIdOf, decodeFurther, FurtherMembers, type FurtherRecord } from "./further-members.ts";
import { keyOf, kinds, type Member } from "./member.ts";
import type { Route } from "./routing.ts";
import type { Silence } from "./silences.ts";

/** An alert is a document, the members that messages name are another, and the others are some more. */
const ALERTS = "alerts";
const NAMED = "alert_named";
const MEMBERS = "alert_members";
const FLAPS = "alert_flaps";
const SILENCES = "silences";

type AlertRecord = AlertFacts & {
  readonly memberCount: number;
  readonly lastNumber: number;
  readonly lastJoinedMs: number;
  readonly phase: Phase;
  readonly toldChannels: readonly string[];
  readonly toldAt: number | undefined;
  readonly notices: number;
};

type MemberRecord = Omit<Member, "alertId" | "organizationId" | "key" | "next">;

/** Who is told of an alert from before: what its first member says, if it is known. */
export type RouteOf = (alert: AlertFacts, first: Member | undefined) => Route;

/** What the server before has kept of alerts. */
export interface Kept {
  /** In the order of their numbers, each with all its members. */
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  /** The oldest first. */
  readonly penalties: readonly (Penalty & { readonly key: string })[];
}

/** Gathers what is to be kept of alerts, and reads it back. */
export class AlertKeeping {
  readonly #merge = new DocumentMerge();
  /** Written once, however often they have changed meanwhile. */
  readonly #changed = new Set<Alert>();
  readonly #namedChanged = new Set<Alert>();
  /** Of alerts that have such members. */
  readonly #further = new Map<Alert, FurtherMembers>();
  readonly #furtherChanged = new Set<Alert>();

  changed(alert: Alert): void {
    this.#changed.add(alert);
  }

  /** The alert was read: what is kept of it stands in the journal. */
  restored(alert: Alert): void {
    if (alert.further.size === 0) return;
    const further = new FurtherMembers();
    for (const member of alert.further.values()) further.restore(member);
    this.#further.set(alert, further);
  }

  /** A member has joined, or has changed. */
  memberChanged(alert: Alert, member: Member): void {
    if (member.named) this.#namedChanged.add(alert);
    else this.#furtherOf(alert).set(member);
  }

  /** A member is well, or has left. */
  memberGone(alert: Alert, member: Member): void {
    if (member.named) this.#namedChanged.add(alert);
    else this.#furtherOf(alert).delete(member);
  }

  forgotten(alert: Alert): void {
    this.#changed.delete(alert);
    this.#namedChanged.delete(alert);
    this.#merge.remove(ALERTS, alert.id);
    this.#merge.remove(NAMED, alert.id);
  }

  penalty(key: string, penalty: Penalty | undefined): void {
    this.#note(FLAPS, key, penalty);
  }

  silence(id: string, silence: Silence | undefined): void {
    this.#note(SILENCES, id, silence);
  }

  takeChanges(): DocumentChanges {
    for (const alert of this.#changed) {
      this.#merge.change(ALERTS, alert.id, JSON.stringify(alertRecordOf(alert)));
    }
    this.#changed.clear();
    for (const alert of this.#namedChanged) {
      const named = [...alert.named.values()].map(recordOf);
      this.#merge.change(NAMED, alert.id, JSON.stringify(named));
    }
    this.#namedChanged.clear();
    for (const alert of this.#furtherChanged) {
      const further = this.#further.get(alert);
      further?.takeChanges(alert.id, MEMBERS, this.#merge);
      if (further?.isEmpty) this.#further.delete(alert);
    }
    this.#furtherChanged.clear();
    return this.#merge.take();
  }

  #furtherOf(alert: Alert): FurtherMembers {
    this.#furtherChanged.add(alert);
    const known = this.#further.get(alert);
    if (known) return known;
    const further = new FurtherMembers();
    this.#further.set(alert, further);
    return further;
  }

  #note(collection: string, id: string, value: unknown): void {
    if (value === undefined) this.#merge.remove(collection, id);
    else this.#merge.change(collection, id, JSON.stringify(value));
  }
}

/** Reads what was kept. A document that is none of ours is told of, and left out. */
export function readKept(
  documents: readonly Document[],
  routeOf: RouteOf,
  onUnreadable: (document: Document, error: unknown) => void,
): Kept {
  const heads: { readonly document: Document; readonly record: AlertRecord }[] = [];
  const members = new Map<string, MemberRecord[]>();
  const silences: Silence[] = [];
  const penalties: (Penalty & { readonly key: string })[] = [];
  const add = (alertId: string, records: readonly MemberRecord[]) => {
    const known = members.get(alertId);
    if (known) for (const record of records) known.push(record);
    else members.set(alertId, [...records]);
  };
  const read = (document: Document) => {
    const { collection, id, body } = document;
    if (collection === ALERTS) heads.push({ document, record: headOf(document) });
    else if (collection === NAMED) add(id, JSON.parse(body));
    else if (collection === MEMBERS) add(alertIdOf(id), decodeFurther(body).map(furtherOf));
    else if (collection === SILENCES) silences.push(silenceOf(document));
    else if (collection === FLAPS) penalties.push({ ...penaltyOf(document), key: id });
  };
  const attempt = (document: Document, act: () => void) => {
    try {
      act();
    } catch (error) {
      onUnreadable(document, error);
    }
  };
  for (const document of documents) attempt(document, () => read(document));
  const alerts: Alert[] = [];
  for (const { document, record } of heads.sort((a, b) => a.record.number - b.record.number)) {
    const own = members.get(record.id) ?? [];
    attempt(document, () => alerts.push(alertOf(record, own, routeOf)));
  }
  return { alerts, silences, penalties: penalties.sort((a, b) => a.at - b.at) };
}

/** Throws when the document is no alert, or one of a later version. */
function headOf({ id, body }: Document): AlertRecord {
  const record = JSON.parse(body) as AlertRecord;
  const isOurs = record.id === id && Number.isInteger(record.number);
  if (!isOurs || !isPhase(record.phase)) throw strange(id);
  return record;
}

function isPhase(phase: Phase | undefined): boolean {
  if (phase?.name === "told") return Number.isFinite(phase.lastMs);
  if (phase?.name === "resolved") return Number.isFinite(phase.at?.mono);
  return phase?.name === "pending" || phase?.name === "muted";
}

function silenceOf({ id, body }: Document): Silence {
  const silence = JSON.parse(body) as Silence;
  const isBounded = Number.isFinite(silence.startsAt) && Number.isFinite(silence.endsAt);
  if (silence.id !== id || !isBounded || !Array.isArray(silence.kinds)) throw strange(id);
  return silence;
}

function penaltyOf({ id, body }: Document): Penalty {
  const penalty = JSON.parse(body) as Penalty;
  if (!Number.isFinite(penalty.at)) throw strange(id);
  return penalty;
}

function strange(id: string): Error {
  return new Error(`the document ${id} is of another shape`);
}

function recordOf(member: Member): MemberRecord {
  const { alertId: _, organizationId: __, key: ___, next: ____, ...record } = member;
  return record;
}

function memberOf(
  alertId: string,
  organizationId: string | undefined,
  record: MemberRecord,
): Member {
  const { kind, startedAt, resolvedAt } = record;
  if (!kinds[kind] || !Number.isFinite(startedAt?.mono)) throw strange(alertId);
  const name = { ...record, organizationId };
  return { ...name, alertId, key: keyOf(name), next: undefined, resolvedAt };
}

function alertRecordOf(alert: Alert): AlertRecord {
  const { id, number, organizationId, kind, group, startedAt, memberCount, lastNumber } = alert;
  const { lastJoinedMs, phase, toldChannels, toldAt, notices } = alert;
  const facts = { id, number, organizationId, kind, group, startedAt };
  const told = { toldChannels, toldAt, notices };
  return { ...facts, memberCount, lastNumber, lastJoinedMs, phase, ...told };
}

function alertOf(record: AlertRecord, records: readonly MemberRecord[], routeOf: RouteOf): Alert {
  const members = records
    .toSorted((a, b) => a.number - b.number)
    .map((kept) => memberOf(record.id, record.organizationId, kept));
  const alert = new Alert(record, routeOf(record, members.at(0)));
  for (const member of members) alert.restore(member);
  alert.memberCount = record.memberCount;
  alert.lastNumber = record.lastNumber;
  alert.lastJoinedMs = record.lastJoinedMs;
  alert.toldChannels = record.toldChannels;
  alert.toldAt = record.toldAt;
  alert.notices = record.notices;
  alert.enter(record.phase);
  return alert;
}

/** Of one that is not named no more is known. */
function furtherOf(record: FurtherRecord): MemberRecord {
  return {
    ...record,
    named: false,
    labels: {},
    reason: "",
    resolvedAt: undefined,
    lostTasks: [],
    lostTaskCount: 0,
  };
}
