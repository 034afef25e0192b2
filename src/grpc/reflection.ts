import { type DescFile, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";

/** Server reflection, v1 and v1alpha, from the descriptors that the code was generated from. */
export function addReflection(server: Server, files: readonly DescFile[]): void {
  const fileDescriptorProtos = [...withDependencies(files)].map((file) =>
    Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)),
  );
  // The library takes what a proto loader gives; of that it reads only this field.
  const packageDefinition = { heartbeat: { fileDescriptorProtos } };
  const service = new ReflectionService(
    packageDefinition as unknown as ConstructorParameters<typeof ReflectionService>[0],
  );
  service.addToServer(server);
}

function withDependencies(files: readonly DescFile[], seen = new Set<DescFile>()): Set<DescFile> {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    withDependencies(file.dependencies, seen);
  }
  return seen;
}
