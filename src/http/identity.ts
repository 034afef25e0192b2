import type { DescService } from "@bufbuild/protobuf";
import {
  type ContextKey,
  createContextKey,
  type HandlerContext,
  type Interceptor,
} from "@connectrpc/connect";
import type { Authenticator } from "../auth/authenticator.ts";
import { type Identity, nobody } from "../auth/identity.ts";
import type { IdentifiedCall } from "../services/call-context.ts";

/** Who calls, in the values of a call. */
export const identityKey: ContextKey<Identity> = createContextKey(nobody);

/** Finds out who calls before anything else is done; whoever asks for the server's health may be anybody. */
export function identifying(authenticator: Authenticator, open: DescService): Interceptor {
  return (next) => async (request) => {
    const authorization = request.header.get("authorization") ?? undefined;
    const isOpen = request.service.typeName === open.typeName && authorization === undefined;
    const identity = isOpen ? authenticator.stranger : await authenticator.identify(authorization);
    request.contextValues.set(identityKey, identity);
    return next(request);
  };
}

type Unary = (request: unknown, context: IdentifiedCall) => unknown;

/** Gives methods with one answer the context that services take; streams get theirs from `endable`. */
export function contextual<Methods extends object>(
  service: DescService,
  methods: Methods,
): Methods {
  const unary = service.methods.filter(
    ({ methodKind, localName }) => methodKind === "unary" && localName in methods,
  );
  const wrapped = unary.map(({ localName }) => {
    const method = methods[localName as keyof Methods] as Unary;
    return [
      localName,
      (request: unknown, { signal, values }: HandlerContext) =>
        method(request, { signal, identity: values.get(identityKey) }),
    ];
  });
  return { ...methods, ...Object.fromEntries(wrapped) };
}
