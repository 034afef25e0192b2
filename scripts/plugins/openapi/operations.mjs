import { referTo } from "./schemas.mjs";
import { comment, firstSentence } from "./words.mjs";

/** A stream in both directions needs HTTP/2, and is gRPC's alone. */
export function isOffered({ methodKind }) {
  return methodKind === "unary" || methodKind === "server_streaming";
}

export function pathOf({ parent, name }) {
  return `/${parent.typeName}/${name}`;
}

export function tag(service) {
  return { name: service.typeName, description: comment(service) };
}

/** How a method is called by the Connect protocol. */
export function operation(method) {
  const text = comment(method);
  const streams = method.methodKind === "server_streaming";
  return {
    operationId: `${method.parent.name}_${method.name}`,
    tags: [method.parent.typeName],
    summary: firstSentence(text),
    description: streams ? `${text}\n\n${FRAMES}` : text,
    parameters: ["version", "timeout"].map((name) => ({
      $ref: `#/components/parameters/connect.${name}`,
    })),
    requestBody: { required: true, content: body(method.input, streams) },
    responses: {
      200: {
        description: streams
          ? "A frame for each answer, and one that ends the stream."
          : "The answer.",
        content: streams ? frames(method.output) : body(method.output, false),
      },
      ...(!streams && { default: { $ref: "#/components/responses/connect.refused" } }),
      405: { $ref: "#/components/responses/connect.notPosted" },
      415: { $ref: "#/components/responses/connect.otherType" },
    },
  };
}

const FRAMES =
  "The request and each answer are frames: a byte of flags (0), the length in four bytes, the highest first, " +
  "then JSON. The last frame has the flags 2, and says whether the stream ended well. The status is 200 in any case.";

function body(message, streams) {
  return {
    [streams ? "application/connect+json" : "application/json"]: { schema: referTo(message) },
  };
}

function frames(message) {
  const end = { $ref: "#/components/schemas/connect.EndOfStream" };
  return { "application/connect+json": { schema: { anyOf: [end, referTo(message)] } } };
}
