import { authorize, authorizeOperator } from "../auth/identity.ts";
import type { IdentifiedCall } from "./call-context.ts";
import { organization, organizationOrAll } from "./parse/fields.ts";
import type { Services } from "./services.ts";

/** Whom a call is about, as its request spells it; undefined when it is about nobody. */
type Subject =
  | { readonly organizationId: string | undefined; readonly agentId?: string | undefined }
  | undefined;

// biome-ignore lint/suspicious/noExplicitAny: each method has its own request; only its names are read.
type SubjectOf = (request: any, method: string) => Subject;

/** "agent/<organization>/<agent_id>", as health checks name agents. */
const AGENT = /^agent\/([^/]+)\//;

const subjects: Readonly<Record<keyof Services, SubjectOf>> = {
  heartbeat: ({ beat }) => ({
    organizationId: organization(
      "registration.organization_id",
      beat?.registration?.organizationId ?? "",
    ),
    agentId: beat?.agentId,
  }),
  // GetStatus alone is about all of them when it names none.
  status: ({ organizationId }, method) =>
    method === "getStatus" && organizationId === ""
      ? { organizationId: undefined }
      : { organizationId: organizationOrAll("organization_id", organizationId) },
  control: ({ organizationId }) => ({
    organizationId: organization("organization_id", organizationId),
  }),
  // Channels are everybody's: whoever sees or tries them speaks for all.
  alert: ({ organizationId, silence }, method) =>
    method === "listChannels" || method === "testChannel"
      ? { organizationId: undefined }
      : alertSubject(method === "createSilence" ? silence?.organizationId : organizationId),
  message: ({ organizationId }) => ({
    organizationId: organization("organization_id", organizationId),
  }),
  // Whether the server serves is everybody's to know: whoever asks for that has no token.
  health: ({ service }, method) => {
    if (method === "list") return { organizationId: undefined };
    const [, organizationId] = AGENT.exec(service) ?? [];
    return organizationId === undefined ? undefined : { organizationId };
  },
};

function alertSubject(organizationId = ""): Subject {
  return { organizationId: organizationOrAll("organization_id", organizationId) };
}

/** Methods that an agent's own token is not enough for. */
function isForOperators(service: string, method: string): boolean {
  if (service === "control") return true;
  return service === "alert" && !["listAlerts", "listDeliveries", "listSilences"].includes(method);
}

/** The same services, each method refusing who may not speak for whom the request names. */
export function guard(services: Services): Services {
  const guarded = Object.entries(services).map(([name, methods]) => [
    name,
    guardMethods(name as keyof Services, methods),
  ]);
  return Object.fromEntries(guarded);
}

function guardMethods(service: keyof Services, methods: object): object {
  const guarded = Object.entries(methods).map(([name, method]) => [
    name,
    (request: unknown, context: IdentifiedCall) => {
      const subject = subjects[service](request, name);
      if (subject) authorize(context.identity, subject.organizationId, subject.agentId);
      if (isForOperators(service, name)) authorizeOperator(context.identity);
      return method(request, context);
    },
  ]);
  return Object.fromEntries(guarded);
}
