import { ScalarType } from "@bufbuild/protobuf";
import { comment } from "./words.mjs";

/**
 * JSON Schemas of messages and of all that is in them, in protobuf's JSON mapping, which Connect speaks.
 * They say what is written, and what is best sent: a reader takes more, such as a number for an enum.
 */
export function schemasOf(messages) {
  const schemas = new Map();
  const refer = (desc) => {
    const name = desc.typeName;
    if (!schemas.has(name)) {
      schemas.set(name, undefined);
      const schema = wellKnown[name] ?? schemaOf(desc, refer);
      schemas.set(name, schema);
    }
    return referTo(desc);
  };
  for (const message of messages) refer(message);
  const sorted = [...schemas].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}

export function referTo({ typeName }) {
  return { $ref: `#/components/schemas/${typeName}` };
}

const wellKnown = {
  "google.protobuf.Duration": {
    type: "string",
    pattern: "^-?\\d{1,12}(\\.\\d{1,9})?s$",
    description: 'Seconds with up to nine decimals, then "s".',
    examples: ["1.5s"],
  },
  "google.protobuf.Timestamp": {
    type: "string",
    format: "date-time",
    description: "An instant by RFC 3339.",
    examples: ["2026-01-31T12:00:00.123Z"],
  },
};

const whole = (minimum, maximum) => ({ type: "integer", minimum, maximum });
/** Written as a string, since a JavaScript number has not the room; a number is taken too. */
const long = (format) => ({ type: ["string", "integer"], format, pattern: "^-?\\d+$" });
const real = { anyOf: [{ type: "number" }, { enum: ["NaN", "Infinity", "-Infinity"] }] };

const scalars = {
  [ScalarType.STRING]: { type: "string" },
  [ScalarType.BYTES]: { type: "string", contentEncoding: "base64" },
  [ScalarType.BOOL]: { type: "boolean" },
  [ScalarType.INT32]: whole(-(2 ** 31), 2 ** 31 - 1),
  [ScalarType.UINT32]: whole(0, 2 ** 32 - 1),
  [ScalarType.INT64]: long("int64"),
  [ScalarType.UINT64]: long("uint64"),
  [ScalarType.DOUBLE]: real,
  [ScalarType.FLOAT]: real,
};

function schemaOf(desc, refer) {
  return desc.kind === "enum" ? enumOf(desc) : messageOf(desc, refer);
}

function enumOf(desc) {
  const said = desc.values.map((value) => [value.name, comment(value)]);
  const values = said.map(([name, text]) => (text === "" ? `- ${name}` : `- ${name}: ${text}`));
  return {
    type: "string",
    enum: desc.values.map(({ name }) => name),
    description: [comment(desc), values.join("\n")].filter(Boolean).join("\n\n"),
  };
}

function messageOf(desc, refer) {
  const properties = desc.fields.map((field) => [field.jsonName, property(field, refer)]);
  const choices = desc.oneofs.map(
    ({ fields }) => `At most one of ${fields.map(({ jsonName }) => jsonName).join(", ")}.`,
  );
  const description = [comment(desc), ...choices].filter(Boolean).join("\n\n");
  return {
    type: "object",
    ...(description && { description }),
    properties: Object.fromEntries(properties),
  };
}

function property(field, refer) {
  const description = comment(field);
  return { ...typeOf(field, refer), ...(description && { description }) };
}

function typeOf(field, refer) {
  switch (field.fieldKind) {
    case "list":
      return { type: "array", items: single(field.listKind, field, refer) };
    case "map":
      return { type: "object", additionalProperties: single(field.mapKind, field, refer) };
    default:
      return single(field.fieldKind, field, refer);
  }
}

/** One value, whether a field holds one or many. */
function single(kind, field, refer) {
  if (kind === "message") return refer(field.message);
  if (kind === "enum") return refer(field.enum);
  const schema = scalars[field.scalar];
  if (!schema) throw new Error(`${field}: no schema for a scalar of this kind`);
  return schema;
}
