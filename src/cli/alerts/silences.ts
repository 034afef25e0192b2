import { create } from "@bufbuild/protobuf";
import { durationFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import {
  AlertKindSchema,
  CreateSilenceResponseSchema,
  EndSilenceResponseSchema,
  ListSilencesResponseSchema,
  type Silence,
  SilenceSchema,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { duration } from "../../config/kinds.ts";
import { limits } from "../../config.ts";
import { type AddCommand, examples } from "../command.ts";
import { type ConnectionFlags, withCall, withConnection } from "../connection.ts";
import { CliFailure, exitCodes, exitCodesHelp } from "../failure.ts";
import { futureFlag, labelFlag, spanFlag, wordsFlag } from "../options.ts";
import { document, note, say } from "../output.ts";
import { plain, table } from "../terminal.ts";
import { instant, word } from "../words.ts";
import { flagsOf } from "./flags.ts";

interface SilenceFlags extends ConnectionFlags {
  readonly agents?: string;
  readonly type?: string;
  readonly label?: Record<string, string>;
  readonly kind?: number[];
  readonly for?: number;
  readonly until?: Timestamp;
  readonly from?: Timestamp;
  readonly reason?: string;
}

export const addSilence: AddCommand = (alerts, context, outcome) => {
  const { clock } = context;
  withConnection(alerts.command("silence"))
    .description(
      "Tell nobody of what matches for a while. What still fires at its end is told then.",
    )
    .option("--agents <PREFIX>", "only agents whose id begins so")
    .option("--type <TYPE>", "only agents of this type")
    .addOption(labelFlag("only agents that carry this label"))
    .addOption(wordsFlag("--kind <KIND>", "only alerts of these kinds", AlertKindSchema))
    .addOption(
      spanFlag(
        "--for <DURATION>",
        "for how long, from its beginning",
        duration(limits.silenceMs),
      ).conflicts("until"),
    )
    .addOption(futureFlag("--until <TIME>", "until when: 2h from now, or an ISO 8601 time", clock))
    .addOption(futureFlag("--from <TIME>", "not before: 30m from now, or an ISO 8601 time", clock))
    .option("--reason <TEXT>", "why, for whoever looks")
    .addHelpText(
      "after",
      examples(
        'heartbeat alerts silence --agents web- --for 2h --reason "kernel update"',
        "heartbeat alerts silence --label zone=eu-1 --from 8h --for 4h",
        "heartbeat alerts silence --organization '*' --for 30m",
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (_, command) => {
      const flags = flagsOf<SilenceFlags>(command);
      // The server would say the same, in the names of the contract.
      if (flags.for === undefined && flags.until === undefined) {
        throw new CliFailure(exitCodes.usage, "a silence has an end: give --for or --until");
      }
      outcome.code = await withCall(context, flags, async (connection) => {
        const { alerts: service, organizationId, unary } = connection;
        const answer = await service.createSilence(requestOf(flags, organizationId), unary);
        if (flags.json) document(context, CreateSilenceResponseSchema, answer);
        else if (answer.silence) say(context, made(answer.silence));
        return exitCodes.done;
      });
    });
};

function requestOf(flags: SilenceFlags, organizationId: string) {
  const silence = create(SilenceSchema, {
    organizationId,
    idPrefix: flags.agents ?? "",
    agentType: flags.type ?? "",
    labels: flags.label ?? {},
    kinds: flags.kind ?? [],
    reason: flags.reason ?? "",
    ...(flags.from && { startsAt: flags.from }),
    ...(flags.until && { endsAt: flags.until }),
  });
  return { silence, ...(flags.for !== undefined && { silenceFor: durationFromMs(flags.for) }) };
}

function made({ id, startsAt, endsAt }: Silence): string {
  return `${plain(id)}: silence from ${instant(startsAt)} until ${instant(endsAt)}`;
}

export const addSilences: AddCommand = (alerts, context, outcome) => {
  withConnection(alerts.command("silences"))
    .description("List silences that are in force or to begin.")
    .option("--all", "also those that ended within the last day")
    .addHelpText("after", examples("heartbeat alerts silences"))
    .addHelpText("after", exitCodesHelp)
    .action(async (_, command) => {
      const flags = flagsOf<ConnectionFlags & { readonly all?: boolean }>(command);
      outcome.code = await withCall(context, flags, async (connection) => {
        const { alerts: service, organizationId, unary } = connection;
        const request = { organizationId, includeEnded: flags.all === true };
        const answer = await service.listSilences(request, unary);
        if (flags.json) document(context, ListSilencesResponseSchema, answer);
        else if (answer.silences.length > 0) say(context, silenceTable(answer.silences));
        else note(context, "there is no silence");
        return exitCodes.done;
      });
    });
};

function silenceTable(silences: readonly Silence[]): string {
  const rows = silences.map((silence) => [
    plain(silence.id),
    instant(silence.startsAt),
    instant(silence.endsAt),
    plain(scopeOf(silence)),
    plain(silence.reason),
  ]);
  return table(["ID", "FROM", "UNTIL", "WHOM", "REASON"], rows);
}

/** Of whom nobody is told: "default, web-*, type worker, zone=eu-1, AGENT_DOWN". */
function scopeOf({ organizationId, idPrefix, agentType, labels, kinds }: Silence): string {
  const parts = [
    organizationId,
    idPrefix && `${idPrefix}*`,
    agentType && `type ${agentType}`,
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...kinds.map((kind) => word(AlertKindSchema, kind)),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

export const addUnsilence: AddCommand = (alerts, context, outcome) => {
  withConnection(alerts.command("unsilence"))
    .description("End a silence now: what still fires is told.")
    .argument("<ID>", "the silence, as `silences` shows it")
    .addHelpText("after", examples("heartbeat alerts unsilence 0b6c3f5e"))
    .addHelpText("after", exitCodesHelp)
    .action(async (silenceId: string, _, command) => {
      const flags = flagsOf<ConnectionFlags>(command);
      outcome.code = await withCall(context, flags, async (connection) => {
        const { alerts: service, organizationId, unary } = connection;
        const answer = await service.endSilence({ organizationId, silenceId }, unary);
        if (flags.json) document(context, EndSilenceResponseSchema, answer);
        else say(context, `${plain(silenceId)} ended at ${instant(answer.silence?.endsAt)}`);
        return exitCodes.done;
      });
    });
};
