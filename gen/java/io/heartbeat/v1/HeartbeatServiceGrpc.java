package io.heartbeat.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * What agents call.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class HeartbeatServiceGrpc {

  private HeartbeatServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "heartbeat.v1.HeartbeatService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.BeatRequest,
      io.heartbeat.v1.BeatResponse> getBeatMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Beat",
      requestType = io.heartbeat.v1.BeatRequest.class,
      responseType = io.heartbeat.v1.BeatResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.BeatRequest,
      io.heartbeat.v1.BeatResponse> getBeatMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.BeatRequest, io.heartbeat.v1.BeatResponse> getBeatMethod;
    if ((getBeatMethod = HeartbeatServiceGrpc.getBeatMethod) == null) {
      synchronized (HeartbeatServiceGrpc.class) {
        if ((getBeatMethod = HeartbeatServiceGrpc.getBeatMethod) == null) {
          HeartbeatServiceGrpc.getBeatMethod = getBeatMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.BeatRequest, io.heartbeat.v1.BeatResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Beat"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.BeatRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.BeatResponse.getDefaultInstance()))
              .setSchemaDescriptor(new HeartbeatServiceMethodDescriptorSupplier("Beat"))
              .build();
        }
      }
    }
    return getBeatMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.SendBeatRequest,
      io.heartbeat.v1.SendBeatResponse> getSendBeatMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SendBeat",
      requestType = io.heartbeat.v1.SendBeatRequest.class,
      responseType = io.heartbeat.v1.SendBeatResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.SendBeatRequest,
      io.heartbeat.v1.SendBeatResponse> getSendBeatMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.SendBeatRequest, io.heartbeat.v1.SendBeatResponse> getSendBeatMethod;
    if ((getSendBeatMethod = HeartbeatServiceGrpc.getSendBeatMethod) == null) {
      synchronized (HeartbeatServiceGrpc.class) {
        if ((getSendBeatMethod = HeartbeatServiceGrpc.getSendBeatMethod) == null) {
          HeartbeatServiceGrpc.getSendBeatMethod = getSendBeatMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.SendBeatRequest, io.heartbeat.v1.SendBeatResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SendBeat"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.SendBeatRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.SendBeatResponse.getDefaultInstance()))
              .setSchemaDescriptor(new HeartbeatServiceMethodDescriptorSupplier("SendBeat"))
              .build();
        }
      }
    }
    return getSendBeatMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.RelayBeatsRequest,
      io.heartbeat.v1.RelayBeatsResponse> getRelayBeatsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RelayBeats",
      requestType = io.heartbeat.v1.RelayBeatsRequest.class,
      responseType = io.heartbeat.v1.RelayBeatsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.RelayBeatsRequest,
      io.heartbeat.v1.RelayBeatsResponse> getRelayBeatsMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.RelayBeatsRequest, io.heartbeat.v1.RelayBeatsResponse> getRelayBeatsMethod;
    if ((getRelayBeatsMethod = HeartbeatServiceGrpc.getRelayBeatsMethod) == null) {
      synchronized (HeartbeatServiceGrpc.class) {
        if ((getRelayBeatsMethod = HeartbeatServiceGrpc.getRelayBeatsMethod) == null) {
          HeartbeatServiceGrpc.getRelayBeatsMethod = getRelayBeatsMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.RelayBeatsRequest, io.heartbeat.v1.RelayBeatsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RelayBeats"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.RelayBeatsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.RelayBeatsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new HeartbeatServiceMethodDescriptorSupplier("RelayBeats"))
              .build();
        }
      }
    }
    return getRelayBeatsMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static HeartbeatServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<HeartbeatServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<HeartbeatServiceStub>() {
        @java.lang.Override
        public HeartbeatServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new HeartbeatServiceStub(channel, callOptions);
        }
      };
    return HeartbeatServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static HeartbeatServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<HeartbeatServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<HeartbeatServiceBlockingV2Stub>() {
        @java.lang.Override
        public HeartbeatServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new HeartbeatServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return HeartbeatServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static HeartbeatServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<HeartbeatServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<HeartbeatServiceBlockingStub>() {
        @java.lang.Override
        public HeartbeatServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new HeartbeatServiceBlockingStub(channel, callOptions);
        }
      };
    return HeartbeatServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static HeartbeatServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<HeartbeatServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<HeartbeatServiceFutureStub>() {
        @java.lang.Override
        public HeartbeatServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new HeartbeatServiceFutureStub(channel, callOptions);
        }
      };
    return HeartbeatServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * What agents call.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * One agent, one stream. Every message on it is a beat, whatever else it carries, and each is
     * answered by an ack. The stream's end without a Goodbye is a drop.
     * Errors: INVALID_ARGUMENT (a bad field; a first message without agent_id; an id that changes; a
     * sequence that does not grow), FAILED_PRECONDITION (an old epoch), ABORTED (another incarnation
     * took the lease, or the agent was unregistered), RESOURCE_EXHAUSTED (a limit of the server; with the
     * trailer grpc-retry-pushback-ms too many streams came at once, the beat counts, and the agent comes
     * back after so long), DEADLINE_EXCEEDED (nothing was said on the stream), UNAVAILABLE (the server
     * drains, or another stream of the same life took this one's place: come back). An agent reconnects
     * on UNAVAILABLE, on a broken connection and after a pushback; after the others it stops until a
     * person or its caller has acted.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<io.heartbeat.v1.BeatRequest> beat(
        io.grpc.stub.StreamObserver<io.heartbeat.v1.BeatResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getBeatMethod(), responseObserver);
    }

    /**
     * <pre>
     * One beat without a stream: cron jobs, curl, grpcurl, a shell script. An unknown agent is
     * registered by it. Errors as for Beat.
     * </pre>
     */
    default void sendBeat(io.heartbeat.v1.SendBeatRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.SendBeatResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSendBeatMethod(), responseObserver);
    }

    /**
     * <pre>
     * Many agents on one stream (a sidecar or node relay): handles are granted once, then a beat of
     * an agent costs a few bytes in a packed field. UNIMPLEMENTED in this version.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<io.heartbeat.v1.RelayBeatsRequest> relayBeats(
        io.grpc.stub.StreamObserver<io.heartbeat.v1.RelayBeatsResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getRelayBeatsMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service HeartbeatService.
   * <pre>
   * What agents call.
   * </pre>
   */
  public static abstract class HeartbeatServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return HeartbeatServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service HeartbeatService.
   * <pre>
   * What agents call.
   * </pre>
   */
  public static final class HeartbeatServiceStub
      extends io.grpc.stub.AbstractAsyncStub<HeartbeatServiceStub> {
    private HeartbeatServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected HeartbeatServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new HeartbeatServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * One agent, one stream. Every message on it is a beat, whatever else it carries, and each is
     * answered by an ack. The stream's end without a Goodbye is a drop.
     * Errors: INVALID_ARGUMENT (a bad field; a first message without agent_id; an id that changes; a
     * sequence that does not grow), FAILED_PRECONDITION (an old epoch), ABORTED (another incarnation
     * took the lease, or the agent was unregistered), RESOURCE_EXHAUSTED (a limit of the server; with the
     * trailer grpc-retry-pushback-ms too many streams came at once, the beat counts, and the agent comes
     * back after so long), DEADLINE_EXCEEDED (nothing was said on the stream), UNAVAILABLE (the server
     * drains, or another stream of the same life took this one's place: come back). An agent reconnects
     * on UNAVAILABLE, on a broken connection and after a pushback; after the others it stops until a
     * person or its caller has acted.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<io.heartbeat.v1.BeatRequest> beat(
        io.grpc.stub.StreamObserver<io.heartbeat.v1.BeatResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getBeatMethod(), getCallOptions()), responseObserver);
    }

    /**
     * <pre>
     * One beat without a stream: cron jobs, curl, grpcurl, a shell script. An unknown agent is
     * registered by it. Errors as for Beat.
     * </pre>
     */
    public void sendBeat(io.heartbeat.v1.SendBeatRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.SendBeatResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSendBeatMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Many agents on one stream (a sidecar or node relay): handles are granted once, then a beat of
     * an agent costs a few bytes in a packed field. UNIMPLEMENTED in this version.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<io.heartbeat.v1.RelayBeatsRequest> relayBeats(
        io.grpc.stub.StreamObserver<io.heartbeat.v1.RelayBeatsResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getRelayBeatsMethod(), getCallOptions()), responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service HeartbeatService.
   * <pre>
   * What agents call.
   * </pre>
   */
  public static final class HeartbeatServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<HeartbeatServiceBlockingV2Stub> {
    private HeartbeatServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected HeartbeatServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new HeartbeatServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * One agent, one stream. Every message on it is a beat, whatever else it carries, and each is
     * answered by an ack. The stream's end without a Goodbye is a drop.
     * Errors: INVALID_ARGUMENT (a bad field; a first message without agent_id; an id that changes; a
     * sequence that does not grow), FAILED_PRECONDITION (an old epoch), ABORTED (another incarnation
     * took the lease, or the agent was unregistered), RESOURCE_EXHAUSTED (a limit of the server; with the
     * trailer grpc-retry-pushback-ms too many streams came at once, the beat counts, and the agent comes
     * back after so long), DEADLINE_EXCEEDED (nothing was said on the stream), UNAVAILABLE (the server
     * drains, or another stream of the same life took this one's place: come back). An agent reconnects
     * on UNAVAILABLE, on a broken connection and after a pushback; after the others it stops until a
     * person or its caller has acted.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<io.heartbeat.v1.BeatRequest, io.heartbeat.v1.BeatResponse>
        beat() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getBeatMethod(), getCallOptions());
    }

    /**
     * <pre>
     * One beat without a stream: cron jobs, curl, grpcurl, a shell script. An unknown agent is
     * registered by it. Errors as for Beat.
     * </pre>
     */
    public io.heartbeat.v1.SendBeatResponse sendBeat(io.heartbeat.v1.SendBeatRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSendBeatMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Many agents on one stream (a sidecar or node relay): handles are granted once, then a beat of
     * an agent costs a few bytes in a packed field. UNIMPLEMENTED in this version.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<io.heartbeat.v1.RelayBeatsRequest, io.heartbeat.v1.RelayBeatsResponse>
        relayBeats() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getRelayBeatsMethod(), getCallOptions());
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service HeartbeatService.
   * <pre>
   * What agents call.
   * </pre>
   */
  public static final class HeartbeatServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<HeartbeatServiceBlockingStub> {
    private HeartbeatServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected HeartbeatServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new HeartbeatServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * One beat without a stream: cron jobs, curl, grpcurl, a shell script. An unknown agent is
     * registered by it. Errors as for Beat.
     * </pre>
     */
    public io.heartbeat.v1.SendBeatResponse sendBeat(io.heartbeat.v1.SendBeatRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSendBeatMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service HeartbeatService.
   * <pre>
   * What agents call.
   * </pre>
   */
  public static final class HeartbeatServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<HeartbeatServiceFutureStub> {
    private HeartbeatServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected HeartbeatServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new HeartbeatServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * One beat without a stream: cron jobs, curl, grpcurl, a shell script. An unknown agent is
     * registered by it. Errors as for Beat.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.SendBeatResponse> sendBeat(
        io.heartbeat.v1.SendBeatRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSendBeatMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_SEND_BEAT = 0;
  private static final int METHODID_BEAT = 1;
  private static final int METHODID_RELAY_BEATS = 2;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_SEND_BEAT:
          serviceImpl.sendBeat((io.heartbeat.v1.SendBeatRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.SendBeatResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_BEAT:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.beat(
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.BeatResponse>) responseObserver);
        case METHODID_RELAY_BEATS:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.relayBeats(
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.RelayBeatsResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getBeatMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              io.heartbeat.v1.BeatRequest,
              io.heartbeat.v1.BeatResponse>(
                service, METHODID_BEAT)))
        .addMethod(
          getSendBeatMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.SendBeatRequest,
              io.heartbeat.v1.SendBeatResponse>(
                service, METHODID_SEND_BEAT)))
        .addMethod(
          getRelayBeatsMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              io.heartbeat.v1.RelayBeatsRequest,
              io.heartbeat.v1.RelayBeatsResponse>(
                service, METHODID_RELAY_BEATS)))
        .build();
  }

  private static abstract class HeartbeatServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    HeartbeatServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.heartbeat.v1.HeartbeatServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("HeartbeatService");
    }
  }

  private static final class HeartbeatServiceFileDescriptorSupplier
      extends HeartbeatServiceBaseDescriptorSupplier {
    HeartbeatServiceFileDescriptorSupplier() {}
  }

  private static final class HeartbeatServiceMethodDescriptorSupplier
      extends HeartbeatServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    HeartbeatServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (HeartbeatServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new HeartbeatServiceFileDescriptorSupplier())
              .addMethod(getBeatMethod())
              .addMethod(getSendBeatMethod())
              .addMethod(getRelayBeatsMethod())
              .build();
        }
      }
    }
    return result;
  }
}
