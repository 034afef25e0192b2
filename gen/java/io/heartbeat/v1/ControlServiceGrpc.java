package io.heartbeat.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * What operators do. Each answers with the agent (or task) as it then is; NOT_FOUND for a
 * stranger. organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; agent_id
 * and task_id are 1 to 128 bytes of [A-Za-z0-9._:/&#64;-] and required.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ControlServiceGrpc {

  private ControlServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "heartbeat.v1.ControlService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.RegisterAgentRequest,
      io.heartbeat.v1.RegisterAgentResponse> getRegisterAgentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RegisterAgent",
      requestType = io.heartbeat.v1.RegisterAgentRequest.class,
      responseType = io.heartbeat.v1.RegisterAgentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.RegisterAgentRequest,
      io.heartbeat.v1.RegisterAgentResponse> getRegisterAgentMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.RegisterAgentRequest, io.heartbeat.v1.RegisterAgentResponse> getRegisterAgentMethod;
    if ((getRegisterAgentMethod = ControlServiceGrpc.getRegisterAgentMethod) == null) {
      synchronized (ControlServiceGrpc.class) {
        if ((getRegisterAgentMethod = ControlServiceGrpc.getRegisterAgentMethod) == null) {
          ControlServiceGrpc.getRegisterAgentMethod = getRegisterAgentMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.RegisterAgentRequest, io.heartbeat.v1.RegisterAgentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RegisterAgent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.RegisterAgentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.RegisterAgentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ControlServiceMethodDescriptorSupplier("RegisterAgent"))
              .build();
        }
      }
    }
    return getRegisterAgentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.UnregisterAgentRequest,
      io.heartbeat.v1.UnregisterAgentResponse> getUnregisterAgentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UnregisterAgent",
      requestType = io.heartbeat.v1.UnregisterAgentRequest.class,
      responseType = io.heartbeat.v1.UnregisterAgentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.UnregisterAgentRequest,
      io.heartbeat.v1.UnregisterAgentResponse> getUnregisterAgentMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.UnregisterAgentRequest, io.heartbeat.v1.UnregisterAgentResponse> getUnregisterAgentMethod;
    if ((getUnregisterAgentMethod = ControlServiceGrpc.getUnregisterAgentMethod) == null) {
      synchronized (ControlServiceGrpc.class) {
        if ((getUnregisterAgentMethod = ControlServiceGrpc.getUnregisterAgentMethod) == null) {
          ControlServiceGrpc.getUnregisterAgentMethod = getUnregisterAgentMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.UnregisterAgentRequest, io.heartbeat.v1.UnregisterAgentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UnregisterAgent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.UnregisterAgentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.UnregisterAgentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ControlServiceMethodDescriptorSupplier("UnregisterAgent"))
              .build();
        }
      }
    }
    return getUnregisterAgentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.PauseAgentRequest,
      io.heartbeat.v1.PauseAgentResponse> getPauseAgentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PauseAgent",
      requestType = io.heartbeat.v1.PauseAgentRequest.class,
      responseType = io.heartbeat.v1.PauseAgentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.PauseAgentRequest,
      io.heartbeat.v1.PauseAgentResponse> getPauseAgentMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.PauseAgentRequest, io.heartbeat.v1.PauseAgentResponse> getPauseAgentMethod;
    if ((getPauseAgentMethod = ControlServiceGrpc.getPauseAgentMethod) == null) {
      synchronized (ControlServiceGrpc.class) {
        if ((getPauseAgentMethod = ControlServiceGrpc.getPauseAgentMethod) == null) {
          ControlServiceGrpc.getPauseAgentMethod = getPauseAgentMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.PauseAgentRequest, io.heartbeat.v1.PauseAgentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PauseAgent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.PauseAgentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.PauseAgentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ControlServiceMethodDescriptorSupplier("PauseAgent"))
              .build();
        }
      }
    }
    return getPauseAgentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ResumeAgentRequest,
      io.heartbeat.v1.ResumeAgentResponse> getResumeAgentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResumeAgent",
      requestType = io.heartbeat.v1.ResumeAgentRequest.class,
      responseType = io.heartbeat.v1.ResumeAgentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ResumeAgentRequest,
      io.heartbeat.v1.ResumeAgentResponse> getResumeAgentMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ResumeAgentRequest, io.heartbeat.v1.ResumeAgentResponse> getResumeAgentMethod;
    if ((getResumeAgentMethod = ControlServiceGrpc.getResumeAgentMethod) == null) {
      synchronized (ControlServiceGrpc.class) {
        if ((getResumeAgentMethod = ControlServiceGrpc.getResumeAgentMethod) == null) {
          ControlServiceGrpc.getResumeAgentMethod = getResumeAgentMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ResumeAgentRequest, io.heartbeat.v1.ResumeAgentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResumeAgent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ResumeAgentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ResumeAgentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ControlServiceMethodDescriptorSupplier("ResumeAgent"))
              .build();
        }
      }
    }
    return getResumeAgentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.UpdatePolicyRequest,
      io.heartbeat.v1.UpdatePolicyResponse> getUpdatePolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdatePolicy",
      requestType = io.heartbeat.v1.UpdatePolicyRequest.class,
      responseType = io.heartbeat.v1.UpdatePolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.UpdatePolicyRequest,
      io.heartbeat.v1.UpdatePolicyResponse> getUpdatePolicyMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.UpdatePolicyRequest, io.heartbeat.v1.UpdatePolicyResponse> getUpdatePolicyMethod;
    if ((getUpdatePolicyMethod = ControlServiceGrpc.getUpdatePolicyMethod) == null) {
      synchronized (ControlServiceGrpc.class) {
        if ((getUpdatePolicyMethod = ControlServiceGrpc.getUpdatePolicyMethod) == null) {
          ControlServiceGrpc.getUpdatePolicyMethod = getUpdatePolicyMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.UpdatePolicyRequest, io.heartbeat.v1.UpdatePolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdatePolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.UpdatePolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.UpdatePolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ControlServiceMethodDescriptorSupplier("UpdatePolicy"))
              .build();
        }
      }
    }
    return getUpdatePolicyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.CancelTaskRequest,
      io.heartbeat.v1.CancelTaskResponse> getCancelTaskMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CancelTask",
      requestType = io.heartbeat.v1.CancelTaskRequest.class,
      responseType = io.heartbeat.v1.CancelTaskResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.CancelTaskRequest,
      io.heartbeat.v1.CancelTaskResponse> getCancelTaskMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.CancelTaskRequest, io.heartbeat.v1.CancelTaskResponse> getCancelTaskMethod;
    if ((getCancelTaskMethod = ControlServiceGrpc.getCancelTaskMethod) == null) {
      synchronized (ControlServiceGrpc.class) {
        if ((getCancelTaskMethod = ControlServiceGrpc.getCancelTaskMethod) == null) {
          ControlServiceGrpc.getCancelTaskMethod = getCancelTaskMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.CancelTaskRequest, io.heartbeat.v1.CancelTaskResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CancelTask"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.CancelTaskRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.CancelTaskResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ControlServiceMethodDescriptorSupplier("CancelTask"))
              .build();
        }
      }
    }
    return getCancelTaskMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ControlServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ControlServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ControlServiceStub>() {
        @java.lang.Override
        public ControlServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ControlServiceStub(channel, callOptions);
        }
      };
    return ControlServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ControlServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ControlServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ControlServiceBlockingV2Stub>() {
        @java.lang.Override
        public ControlServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ControlServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return ControlServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ControlServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ControlServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ControlServiceBlockingStub>() {
        @java.lang.Override
        public ControlServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ControlServiceBlockingStub(channel, callOptions);
        }
      };
    return ControlServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ControlServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ControlServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ControlServiceFutureStub>() {
        @java.lang.Override
        public ControlServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ControlServiceFutureStub(channel, callOptions);
        }
      };
    return ControlServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * What operators do. Each answers with the agent (or task) as it then is; NOT_FOUND for a
   * stranger. organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; agent_id
   * and task_id are 1 to 128 bytes of [A-Za-z0-9._:/&#64;-] and required.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Expect an agent before its first beat: EXPECTED until it beats, DOWN when it does not. A
     * known agent gets the type and labels, and over its policy the fields that are set, and is told;
     * one that had left is expected again.
     * </pre>
     */
    default void registerAgent(io.heartbeat.v1.RegisterAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.RegisterAgentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRegisterAgentMethod(), responseObserver);
    }

    /**
     * <pre>
     * The agent has LEFT: no alert will come of it. An open stream ends with ABORTED.
     * </pre>
     */
    default void unregisterAgent(io.heartbeat.v1.UnregisterAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.UnregisterAgentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUnregisterAgentMethod(), responseObserver);
    }

    /**
     * <pre>
     * Deadlines rest until an instant, never forever; a drop is not counted. FAILED_PRECONDITION for
     * an agent that is DOWN or has LEFT.
     * </pre>
     */
    default void pauseAgent(io.heartbeat.v1.PauseAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.PauseAgentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPauseAgentMethod(), responseObserver);
    }

    /**
     * <pre>
     * The pause ends now; the silence starts anew. Harmless when the agent is not paused.
     * </pre>
     */
    default void resumeAgent(io.heartbeat.v1.ResumeAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ResumeAgentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResumeAgentMethod(), responseObserver);
    }

    /**
     * <pre>
     * Change how an agent is judged. It reaches the agent at once when its stream is open, and
     * outranks what the agent declares when it reconnects.
     * </pre>
     */
    default void updatePolicy(io.heartbeat.v1.UpdatePolicyRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.UpdatePolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdatePolicyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ask an agent to stop a task; reaches it at once. FAILED_PRECONDITION when the task is not in
     * flight.
     * </pre>
     */
    default void cancelTask(io.heartbeat.v1.CancelTaskRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.CancelTaskResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCancelTaskMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ControlService.
   * <pre>
   * What operators do. Each answers with the agent (or task) as it then is; NOT_FOUND for a
   * stranger. organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; agent_id
   * and task_id are 1 to 128 bytes of [A-Za-z0-9._:/&#64;-] and required.
   * </pre>
   */
  public static abstract class ControlServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ControlServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service ControlService.
   * <pre>
   * What operators do. Each answers with the agent (or task) as it then is; NOT_FOUND for a
   * stranger. organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; agent_id
   * and task_id are 1 to 128 bytes of [A-Za-z0-9._:/&#64;-] and required.
   * </pre>
   */
  public static final class ControlServiceStub
      extends io.grpc.stub.AbstractAsyncStub<ControlServiceStub> {
    private ControlServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ControlServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ControlServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Expect an agent before its first beat: EXPECTED until it beats, DOWN when it does not. A
     * known agent gets the type and labels, and over its policy the fields that are set, and is told;
     * one that had left is expected again.
     * </pre>
     */
    public void registerAgent(io.heartbeat.v1.RegisterAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.RegisterAgentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRegisterAgentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * The agent has LEFT: no alert will come of it. An open stream ends with ABORTED.
     * </pre>
     */
    public void unregisterAgent(io.heartbeat.v1.UnregisterAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.UnregisterAgentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUnregisterAgentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Deadlines rest until an instant, never forever; a drop is not counted. FAILED_PRECONDITION for
     * an agent that is DOWN or has LEFT.
     * </pre>
     */
    public void pauseAgent(io.heartbeat.v1.PauseAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.PauseAgentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPauseAgentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * The pause ends now; the silence starts anew. Harmless when the agent is not paused.
     * </pre>
     */
    public void resumeAgent(io.heartbeat.v1.ResumeAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ResumeAgentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResumeAgentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Change how an agent is judged. It reaches the agent at once when its stream is open, and
     * outranks what the agent declares when it reconnects.
     * </pre>
     */
    public void updatePolicy(io.heartbeat.v1.UpdatePolicyRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.UpdatePolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdatePolicyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ask an agent to stop a task; reaches it at once. FAILED_PRECONDITION when the task is not in
     * flight.
     * </pre>
     */
    public void cancelTask(io.heartbeat.v1.CancelTaskRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.CancelTaskResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCancelTaskMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ControlService.
   * <pre>
   * What operators do. Each answers with the agent (or task) as it then is; NOT_FOUND for a
   * stranger. organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; agent_id
   * and task_id are 1 to 128 bytes of [A-Za-z0-9._:/&#64;-] and required.
   * </pre>
   */
  public static final class ControlServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ControlServiceBlockingV2Stub> {
    private ControlServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ControlServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ControlServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Expect an agent before its first beat: EXPECTED until it beats, DOWN when it does not. A
     * known agent gets the type and labels, and over its policy the fields that are set, and is told;
     * one that had left is expected again.
     * </pre>
     */
    public io.heartbeat.v1.RegisterAgentResponse registerAgent(io.heartbeat.v1.RegisterAgentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRegisterAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The agent has LEFT: no alert will come of it. An open stream ends with ABORTED.
     * </pre>
     */
    public io.heartbeat.v1.UnregisterAgentResponse unregisterAgent(io.heartbeat.v1.UnregisterAgentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUnregisterAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deadlines rest until an instant, never forever; a drop is not counted. FAILED_PRECONDITION for
     * an agent that is DOWN or has LEFT.
     * </pre>
     */
    public io.heartbeat.v1.PauseAgentResponse pauseAgent(io.heartbeat.v1.PauseAgentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPauseAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The pause ends now; the silence starts anew. Harmless when the agent is not paused.
     * </pre>
     */
    public io.heartbeat.v1.ResumeAgentResponse resumeAgent(io.heartbeat.v1.ResumeAgentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResumeAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Change how an agent is judged. It reaches the agent at once when its stream is open, and
     * outranks what the agent declares when it reconnects.
     * </pre>
     */
    public io.heartbeat.v1.UpdatePolicyResponse updatePolicy(io.heartbeat.v1.UpdatePolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdatePolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ask an agent to stop a task; reaches it at once. FAILED_PRECONDITION when the task is not in
     * flight.
     * </pre>
     */
    public io.heartbeat.v1.CancelTaskResponse cancelTask(io.heartbeat.v1.CancelTaskRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCancelTaskMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ControlService.
   * <pre>
   * What operators do. Each answers with the agent (or task) as it then is; NOT_FOUND for a
   * stranger. organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; agent_id
   * and task_id are 1 to 128 bytes of [A-Za-z0-9._:/&#64;-] and required.
   * </pre>
   */
  public static final class ControlServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ControlServiceBlockingStub> {
    private ControlServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ControlServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ControlServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Expect an agent before its first beat: EXPECTED until it beats, DOWN when it does not. A
     * known agent gets the type and labels, and over its policy the fields that are set, and is told;
     * one that had left is expected again.
     * </pre>
     */
    public io.heartbeat.v1.RegisterAgentResponse registerAgent(io.heartbeat.v1.RegisterAgentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRegisterAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The agent has LEFT: no alert will come of it. An open stream ends with ABORTED.
     * </pre>
     */
    public io.heartbeat.v1.UnregisterAgentResponse unregisterAgent(io.heartbeat.v1.UnregisterAgentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUnregisterAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deadlines rest until an instant, never forever; a drop is not counted. FAILED_PRECONDITION for
     * an agent that is DOWN or has LEFT.
     * </pre>
     */
    public io.heartbeat.v1.PauseAgentResponse pauseAgent(io.heartbeat.v1.PauseAgentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPauseAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The pause ends now; the silence starts anew. Harmless when the agent is not paused.
     * </pre>
     */
    public io.heartbeat.v1.ResumeAgentResponse resumeAgent(io.heartbeat.v1.ResumeAgentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResumeAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Change how an agent is judged. It reaches the agent at once when its stream is open, and
     * outranks what the agent declares when it reconnects.
     * </pre>
     */
    public io.heartbeat.v1.UpdatePolicyResponse updatePolicy(io.heartbeat.v1.UpdatePolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdatePolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ask an agent to stop a task; reaches it at once. FAILED_PRECONDITION when the task is not in
     * flight.
     * </pre>
     */
    public io.heartbeat.v1.CancelTaskResponse cancelTask(io.heartbeat.v1.CancelTaskRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCancelTaskMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ControlService.
   * <pre>
   * What operators do. Each answers with the agent (or task) as it then is; NOT_FOUND for a
   * stranger. organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; agent_id
   * and task_id are 1 to 128 bytes of [A-Za-z0-9._:/&#64;-] and required.
   * </pre>
   */
  public static final class ControlServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<ControlServiceFutureStub> {
    private ControlServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ControlServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ControlServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Expect an agent before its first beat: EXPECTED until it beats, DOWN when it does not. A
     * known agent gets the type and labels, and over its policy the fields that are set, and is told;
     * one that had left is expected again.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.RegisterAgentResponse> registerAgent(
        io.heartbeat.v1.RegisterAgentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRegisterAgentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * The agent has LEFT: no alert will come of it. An open stream ends with ABORTED.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.UnregisterAgentResponse> unregisterAgent(
        io.heartbeat.v1.UnregisterAgentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUnregisterAgentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Deadlines rest until an instant, never forever; a drop is not counted. FAILED_PRECONDITION for
     * an agent that is DOWN or has LEFT.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.PauseAgentResponse> pauseAgent(
        io.heartbeat.v1.PauseAgentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPauseAgentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * The pause ends now; the silence starts anew. Harmless when the agent is not paused.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ResumeAgentResponse> resumeAgent(
        io.heartbeat.v1.ResumeAgentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResumeAgentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Change how an agent is judged. It reaches the agent at once when its stream is open, and
     * outranks what the agent declares when it reconnects.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.UpdatePolicyResponse> updatePolicy(
        io.heartbeat.v1.UpdatePolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdatePolicyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ask an agent to stop a task; reaches it at once. FAILED_PRECONDITION when the task is not in
     * flight.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.CancelTaskResponse> cancelTask(
        io.heartbeat.v1.CancelTaskRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCancelTaskMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_REGISTER_AGENT = 0;
  private static final int METHODID_UNREGISTER_AGENT = 1;
  private static final int METHODID_PAUSE_AGENT = 2;
  private static final int METHODID_RESUME_AGENT = 3;
  private static final int METHODID_UPDATE_POLICY = 4;
  private static final int METHODID_CANCEL_TASK = 5;

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
        case METHODID_REGISTER_AGENT:
          serviceImpl.registerAgent((io.heartbeat.v1.RegisterAgentRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.RegisterAgentResponse>) responseObserver);
          break;
        case METHODID_UNREGISTER_AGENT:
          serviceImpl.unregisterAgent((io.heartbeat.v1.UnregisterAgentRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.UnregisterAgentResponse>) responseObserver);
          break;
        case METHODID_PAUSE_AGENT:
          serviceImpl.pauseAgent((io.heartbeat.v1.PauseAgentRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.PauseAgentResponse>) responseObserver);
          break;
        case METHODID_RESUME_AGENT:
          serviceImpl.resumeAgent((io.heartbeat.v1.ResumeAgentRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ResumeAgentResponse>) responseObserver);
          break;
        case METHODID_UPDATE_POLICY:
          serviceImpl.updatePolicy((io.heartbeat.v1.UpdatePolicyRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.UpdatePolicyResponse>) responseObserver);
          break;
        case METHODID_CANCEL_TASK:
          serviceImpl.cancelTask((io.heartbeat.v1.CancelTaskRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.CancelTaskResponse>) responseObserver);
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
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getRegisterAgentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.RegisterAgentRequest,
              io.heartbeat.v1.RegisterAgentResponse>(
                service, METHODID_REGISTER_AGENT)))
        .addMethod(
          getUnregisterAgentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.UnregisterAgentRequest,
              io.heartbeat.v1.UnregisterAgentResponse>(
                service, METHODID_UNREGISTER_AGENT)))
        .addMethod(
          getPauseAgentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.PauseAgentRequest,
              io.heartbeat.v1.PauseAgentResponse>(
                service, METHODID_PAUSE_AGENT)))
        .addMethod(
          getResumeAgentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ResumeAgentRequest,
              io.heartbeat.v1.ResumeAgentResponse>(
                service, METHODID_RESUME_AGENT)))
        .addMethod(
          getUpdatePolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.UpdatePolicyRequest,
              io.heartbeat.v1.UpdatePolicyResponse>(
                service, METHODID_UPDATE_POLICY)))
        .addMethod(
          getCancelTaskMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.CancelTaskRequest,
              io.heartbeat.v1.CancelTaskResponse>(
                service, METHODID_CANCEL_TASK)))
        .build();
  }

  private static abstract class ControlServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ControlServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.heartbeat.v1.ControlServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("ControlService");
    }
  }

  private static final class ControlServiceFileDescriptorSupplier
      extends ControlServiceBaseDescriptorSupplier {
    ControlServiceFileDescriptorSupplier() {}
  }

  private static final class ControlServiceMethodDescriptorSupplier
      extends ControlServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ControlServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (ControlServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ControlServiceFileDescriptorSupplier())
              .addMethod(getRegisterAgentMethod())
              .addMethod(getUnregisterAgentMethod())
              .addMethod(getPauseAgentMethod())
              .addMethod(getResumeAgentMethod())
              .addMethod(getUpdatePolicyMethod())
              .addMethod(getCancelTaskMethod())
              .build();
        }
      }
    }
    return result;
  }
}
