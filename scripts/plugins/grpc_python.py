"""protoc-gen-grpc_python: grpcio-tools has this plugin only inside its own protoc; this lends it to buf."""

import pathlib
import sys
import tempfile

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2
from grpc_tools import protoc


def main() -> None:
    request = plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    # A file without services would only give a module that says so.
    wanted = [
        file.name
        for file in request.proto_file
        if file.name in request.file_to_generate and file.service
    ]
    response = plugin_pb2.CodeGeneratorResponse()
    response.supported_features = response.FEATURE_PROTO3_OPTIONAL
    with tempfile.TemporaryDirectory() as folder:
        known = pathlib.Path(folder, "known.binpb")
        files = descriptor_pb2.FileDescriptorSet(file=request.proto_file)
        known.write_bytes(files.SerializeToString())
        out = pathlib.Path(folder, "out")
        out.mkdir()
        arguments = [f"--descriptor_set_in={known}", f"--grpc_python_out={out}", *wanted]
        if wanted and protoc.main(["protoc", *arguments]) != 0:
            response.error = "grpc_tools.protoc failed"
        for path in sorted(out.rglob("*.py")):
            name = str(path.relative_to(out))
            response.file.add(name=name, content=path.read_text("utf-8"))
    sys.stdout.buffer.write(response.SerializeToString())


main()
