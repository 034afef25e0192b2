/**
 * A plugin of buf: the contract as an OpenAPI 3.1 document, with the plain routes of base.yaml in it. There
 * are plugins that do the first half; none is a package of npm, and none speaks of our errors.
 */
import { readFileSync } from "node:fs";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import {
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { runNodeJs } from "@bufbuild/protoplugin";
import { parse, stringify } from "yaml";
import { readJson } from "../../lib/project.mjs";
import { isOffered, operation, pathOf, tag } from "./operations.mjs";
import { schemasOf } from "./schemas.mjs";

runNodeJs({
  name: "protoc-gen-heartbeat-openapi",
  version: "1",
  run({ protoFile, fileToGenerate }) {
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: protoFile }));
    const files = fileToGenerate.map((name) => registry.getFile(name));
    const document = documentOf(files.flatMap(({ services }) => services));
    return create(CodeGeneratorResponseSchema, {
      supportedFeatures: BigInt(CodeGeneratorResponse_Feature.PROTO3_OPTIONAL),
      file: [
        { name: "openapi.json", content: `${JSON.stringify(document, undefined, 2)}\n` },
        { name: "openapi.yaml", content: stringify(document, { aliasDuplicateObjects: false }) },
      ],
    });
  },
});

function documentOf(services) {
  const base = parse(readFileSync(new URL("base.yaml", import.meta.url), "utf8"), { merge: true });
  const methods = services.flatMap(({ methods }) => methods).filter(isOffered);
  const paths = methods.map((method) => [pathOf(method), { post: operation(method) }]);
  const messages = methods.flatMap(({ input, output }) => [input, output]);
  const { components } = base;
  return {
    ...base,
    info: { ...base.info, version: readJson("package.json").version },
    tags: [...services.map(tag), ...base.tags],
    paths: { ...Object.fromEntries(paths), ...base.paths },
    components: { ...components, schemas: { ...schemasOf(messages), ...components.schemas } },
  };
}
