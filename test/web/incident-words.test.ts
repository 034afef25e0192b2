import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import {
  AlertKind,
  AlertSchema,
  AlertState,
  SilenceSchema,
} from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { lastingMs } from "../../web/src/controls/fields.tsx";
import { refusalOf } from "../../web/src/controls/refusal.ts";
import { readLabels } from "../../web/src/incidents/new-silence-dialog.tsx";
import { hushText, matchText, silenceStanding } from "../../web/src/incidents/words.ts";
import { momentText } from "../../web/src/ui/words.ts";
import { WALL } from "./support/agents.ts";

type SilenceInit = MessageInitShape<typeof SilenceSchema>;
const silence = (rest: SilenceInit) => create(SilenceSchema, rest);

describe("a silence in words", () => {
  it.each<[SilenceInit, string]>([
    [{ organizationId: "*" }, "everything of every organization"],
    [{ idPrefix: "web-", organizationId: "default" }, "id web-… of default"],
    [
      {
        agentType: "worker",
        labels: { region: "eu" },
        kinds: [AlertKind.AGENT_DOWN, AlertKind.TASK_LOST],
        organizationId: "acme",
      },
      "type worker, region=eu, agent down or task lost of acme",
    ],
  ])("says of what: %o", (match, words) => {
    expect(matchText(silence(match))).toBe(words);
  });

  it("is to begin, in force, or ended", () => {
    const window = silence({
      startsAt: timestampFromMs(WALL + 1_000),
      endsAt: timestampFromMs(WALL + 2_000),
    });
    expect(silenceStanding(window, WALL)).toBe("to begin");
    expect(silenceStanding(window, WALL + 1_000)).toBe("in force");
    expect(silenceStanding(window, WALL + 2_000)).toBe("ended");
  });

  it("takes labels as they are written elsewhere", () => {
    expect(readLabels(" region=eu  note=a=b\tempty ")).toEqual({
      region: "eu",
      note: "a=b",
      empty: "",
    });
    expect(readLabels("")).toEqual({});
  });
});

describe("why nobody is told of an alert", () => {
  const hush = (rest: MessageInitShape<typeof AlertSchema>) =>
    hushText(create(AlertSchema, { state: AlertState.FIRING, ...rest }));

  it("is a silence, or that it comes and goes", () => {
    expect(hush({})).toBe("");
    expect(hush({ silenceId: "s", flapping: true })).toBe("silenced");
    expect(hush({ flapping: true })).toMatch(/^flapping/);
    expect(hush({ flapping: true, state: AlertState.RESOLVED })).toBe("");
  });
});

describe("a refusal", () => {
  it.each([
    [Code.NotFound, /no such thing/],
    [Code.FailedPrecondition, /as things stand/],
    [Code.Unavailable, /has done nothing/],
    [Code.InvalidArgument, /does not take this/],
    [Code.PermissionDenied, /may look/],
    [Code.DataLoss, /was not done/],
  ])("of code %d says what it means, and the server's words", (code, meaning) => {
    const refusal = refusalOf(new ConnectError("these words; and a remedy", code));
    expect(refusal.meaning).toMatch(meaning);
    expect(refusal.words).toBe("these words; and a remedy");
  });

  it("does not claim to know what an answer that never came would have said", () => {
    const lost = ConnectError.from(new TypeError("Failed to fetch"), Code.Unavailable);
    const late = new ConnectError("the operation timed out", Code.DeadlineExceeded);
    for (const error of [lost, late]) {
      expect(refusalOf(error)).toEqual({
        meaning: expect.stringMatching(/may have been done or not/),
        words: "",
      });
    }
  });
});

describe("times", () => {
  it("are told with their day when they could be mistaken", () => {
    expect(momentText(WALL, WALL)).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(momentText(WALL + 20 * 3_600_000, WALL)).toMatch(/^2026-01-0\d \d\d:\d\d$/);
  });

  it("last as long as is written", () => {
    expect(lastingMs({ amount: "1.5", unit: "hours" })).toBe(5_400_000);
    expect(lastingMs({ amount: "2", unit: "days" })).toBe(172_800_000);
  });
});
