package io.heartbeat.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * What people and dashboards ask.
 * organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; in List, Watch and
 * GetStatus requests "*" is every organization, and in GetStatus empty is too. agent_id is 1 to 128
 * bytes of [A-Za-z0-9._:/&#64;-].
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class StatusServiceGrpc {

  private StatusServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "heartbeat.v1.StatusService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.GetStatusRequest,
      io.heartbeat.v1.GetStatusResponse> getGetStatusMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetStatus",
      requestType = io.heartbeat.v1.GetStatusRequest.class,
      responseType = io.heartbeat.v1.GetStatusResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.GetStatusRequest,
      io.heartbeat.v1.GetStatusResponse> getGetStatusMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.GetStatusRequest, io.heartbeat.v1.GetStatusResponse> getGetStatusMethod;
    if ((getGetStatusMethod = StatusServiceGrpc.getGetStatusMethod) == null) {
      synchronized (StatusServiceGrpc.class) {
        if ((getGetStatusMethod = StatusServiceGrpc.getGetStatusMethod) == null) {
          StatusServiceGrpc.getGetStatusMethod = getGetStatusMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.GetStatusRequest, io.heartbeat.v1.GetStatusResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetStatus"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.GetStatusRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.GetStatusResponse.getDefaultInstance()))
              .setSchemaDescriptor(new StatusServiceMethodDescriptorSupplier("GetStatus"))
              .build();
        }
      }
    }
    return getGetStatusMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.GetAgentRequest,
      io.heartbeat.v1.GetAgentResponse> getGetAgentMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetAgent",
      requestType = io.heartbeat.v1.GetAgentRequest.class,
      responseType = io.heartbeat.v1.GetAgentResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.GetAgentRequest,
      io.heartbeat.v1.GetAgentResponse> getGetAgentMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.GetAgentRequest, io.heartbeat.v1.GetAgentResponse> getGetAgentMethod;
    if ((getGetAgentMethod = StatusServiceGrpc.getGetAgentMethod) == null) {
      synchronized (StatusServiceGrpc.class) {
        if ((getGetAgentMethod = StatusServiceGrpc.getGetAgentMethod) == null) {
          StatusServiceGrpc.getGetAgentMethod = getGetAgentMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.GetAgentRequest, io.heartbeat.v1.GetAgentResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetAgent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.GetAgentRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.GetAgentResponse.getDefaultInstance()))
              .setSchemaDescriptor(new StatusServiceMethodDescriptorSupplier("GetAgent"))
              .build();
        }
      }
    }
    return getGetAgentMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ListAgentsRequest,
      io.heartbeat.v1.ListAgentsResponse> getListAgentsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListAgents",
      requestType = io.heartbeat.v1.ListAgentsRequest.class,
      responseType = io.heartbeat.v1.ListAgentsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ListAgentsRequest,
      io.heartbeat.v1.ListAgentsResponse> getListAgentsMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ListAgentsRequest, io.heartbeat.v1.ListAgentsResponse> getListAgentsMethod;
    if ((getListAgentsMethod = StatusServiceGrpc.getListAgentsMethod) == null) {
      synchronized (StatusServiceGrpc.class) {
        if ((getListAgentsMethod = StatusServiceGrpc.getListAgentsMethod) == null) {
          StatusServiceGrpc.getListAgentsMethod = getListAgentsMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ListAgentsRequest, io.heartbeat.v1.ListAgentsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListAgents"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListAgentsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListAgentsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new StatusServiceMethodDescriptorSupplier("ListAgents"))
              .build();
        }
      }
    }
    return getListAgentsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.WatchAgentsRequest,
      io.heartbeat.v1.WatchAgentsResponse> getWatchAgentsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchAgents",
      requestType = io.heartbeat.v1.WatchAgentsRequest.class,
      responseType = io.heartbeat.v1.WatchAgentsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.WatchAgentsRequest,
      io.heartbeat.v1.WatchAgentsResponse> getWatchAgentsMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.WatchAgentsRequest, io.heartbeat.v1.WatchAgentsResponse> getWatchAgentsMethod;
    if ((getWatchAgentsMethod = StatusServiceGrpc.getWatchAgentsMethod) == null) {
      synchronized (StatusServiceGrpc.class) {
        if ((getWatchAgentsMethod = StatusServiceGrpc.getWatchAgentsMethod) == null) {
          StatusServiceGrpc.getWatchAgentsMethod = getWatchAgentsMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.WatchAgentsRequest, io.heartbeat.v1.WatchAgentsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchAgents"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.WatchAgentsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.WatchAgentsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new StatusServiceMethodDescriptorSupplier("WatchAgents"))
              .build();
        }
      }
    }
    return getWatchAgentsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ListTasksRequest,
      io.heartbeat.v1.ListTasksResponse> getListTasksMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListTasks",
      requestType = io.heartbeat.v1.ListTasksRequest.class,
      responseType = io.heartbeat.v1.ListTasksResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ListTasksRequest,
      io.heartbeat.v1.ListTasksResponse> getListTasksMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ListTasksRequest, io.heartbeat.v1.ListTasksResponse> getListTasksMethod;
    if ((getListTasksMethod = StatusServiceGrpc.getListTasksMethod) == null) {
      synchronized (StatusServiceGrpc.class) {
        if ((getListTasksMethod = StatusServiceGrpc.getListTasksMethod) == null) {
          StatusServiceGrpc.getListTasksMethod = getListTasksMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ListTasksRequest, io.heartbeat.v1.ListTasksResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListTasks"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListTasksRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListTasksResponse.getDefaultInstance()))
              .setSchemaDescriptor(new StatusServiceMethodDescriptorSupplier("ListTasks"))
              .build();
        }
      }
    }
    return getListTasksMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ListEventsRequest,
      io.heartbeat.v1.ListEventsResponse> getListEventsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListEvents",
      requestType = io.heartbeat.v1.ListEventsRequest.class,
      responseType = io.heartbeat.v1.ListEventsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ListEventsRequest,
      io.heartbeat.v1.ListEventsResponse> getListEventsMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ListEventsRequest, io.heartbeat.v1.ListEventsResponse> getListEventsMethod;
    if ((getListEventsMethod = StatusServiceGrpc.getListEventsMethod) == null) {
      synchronized (StatusServiceGrpc.class) {
        if ((getListEventsMethod = StatusServiceGrpc.getListEventsMethod) == null) {
          StatusServiceGrpc.getListEventsMethod = getListEventsMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ListEventsRequest, io.heartbeat.v1.ListEventsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListEvents"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListEventsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListEventsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new StatusServiceMethodDescriptorSupplier("ListEvents"))
              .build();
        }
      }
    }
    return getListEventsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.WatchEventsRequest,
      io.heartbeat.v1.WatchEventsResponse> getWatchEventsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchEvents",
      requestType = io.heartbeat.v1.WatchEventsRequest.class,
      responseType = io.heartbeat.v1.WatchEventsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.WatchEventsRequest,
      io.heartbeat.v1.WatchEventsResponse> getWatchEventsMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.WatchEventsRequest, io.heartbeat.v1.WatchEventsResponse> getWatchEventsMethod;
    if ((getWatchEventsMethod = StatusServiceGrpc.getWatchEventsMethod) == null) {
      synchronized (StatusServiceGrpc.class) {
        if ((getWatchEventsMethod = StatusServiceGrpc.getWatchEventsMethod) == null) {
          StatusServiceGrpc.getWatchEventsMethod = getWatchEventsMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.WatchEventsRequest, io.heartbeat.v1.WatchEventsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchEvents"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.WatchEventsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.WatchEventsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new StatusServiceMethodDescriptorSupplier("WatchEvents"))
              .build();
        }
      }
    }
    return getWatchEventsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.WatchBeatsRequest,
      io.heartbeat.v1.WatchBeatsResponse> getWatchBeatsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchBeats",
      requestType = io.heartbeat.v1.WatchBeatsRequest.class,
      responseType = io.heartbeat.v1.WatchBeatsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.WatchBeatsRequest,
      io.heartbeat.v1.WatchBeatsResponse> getWatchBeatsMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.WatchBeatsRequest, io.heartbeat.v1.WatchBeatsResponse> getWatchBeatsMethod;
    if ((getWatchBeatsMethod = StatusServiceGrpc.getWatchBeatsMethod) == null) {
      synchronized (StatusServiceGrpc.class) {
        if ((getWatchBeatsMethod = StatusServiceGrpc.getWatchBeatsMethod) == null) {
          StatusServiceGrpc.getWatchBeatsMethod = getWatchBeatsMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.WatchBeatsRequest, io.heartbeat.v1.WatchBeatsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchBeats"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.WatchBeatsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.WatchBeatsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new StatusServiceMethodDescriptorSupplier("WatchBeats"))
              .build();
        }
      }
    }
    return getWatchBeatsMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static StatusServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<StatusServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<StatusServiceStub>() {
        @java.lang.Override
        public StatusServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new StatusServiceStub(channel, callOptions);
        }
      };
    return StatusServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static StatusServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<StatusServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<StatusServiceBlockingV2Stub>() {
        @java.lang.Override
        public StatusServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new StatusServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return StatusServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static StatusServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<StatusServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<StatusServiceBlockingStub>() {
        @java.lang.Override
        public StatusServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new StatusServiceBlockingStub(channel, callOptions);
        }
      };
    return StatusServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static StatusServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<StatusServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<StatusServiceFutureStub>() {
        @java.lang.Override
        public StatusServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new StatusServiceFutureStub(channel, callOptions);
        }
      };
    return StatusServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * What people and dashboards ask.
   * organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; in List, Watch and
   * GetStatus requests "*" is every organization, and in GetStatus empty is too. agent_id is 1 to 128
   * bytes of [A-Za-z0-9._:/&#64;-].
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * The monitor as a whole.
     * </pre>
     */
    default void getStatus(io.heartbeat.v1.GetStatusRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.GetStatusResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetStatusMethod(), responseObserver);
    }

    /**
     * <pre>
     * One agent. NOT_FOUND for a stranger.
     * </pre>
     */
    default void getAgent(io.heartbeat.v1.GetAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.GetAgentResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetAgentMethod(), responseObserver);
    }

    /**
     * <pre>
     * Agents by filter, in an order, in pages of at most about 2 MiB: a page may hold fewer than asked
     * for although more follow.
     * </pre>
     */
    default void listAgents(io.heartbeat.v1.ListAgentsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListAgentsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListAgentsMethod(), responseObserver);
    }

    /**
     * <pre>
     * A snapshot of the agents that match, then every change that is an event: beats, vitals, progress
     * and idleness alone are none. Changes of one agent that come faster
     * than they are read are joined; none is lost. RESOURCE_EXHAUSTED when the reader falls too far
     * behind: watch again, the snapshot brings it up to date.
     * </pre>
     */
    default void watchAgents(io.heartbeat.v1.WatchAgentsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchAgentsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchAgentsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Tasks in flight, stale, timed out, orphaned or canceled, in pages as ListAgents'.
     * </pre>
     */
    default void listTasks(io.heartbeat.v1.ListTasksRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListTasksResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListTasksMethod(), responseObserver);
    }

    /**
     * <pre>
     * The history that is kept, in pages that stay right while events arrive.
     * </pre>
     */
    default void listEvents(io.heartbeat.v1.ListEventsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListEventsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListEventsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Events as they happen, resumable after a sequence without gap or repeat. A reader that falls
     * too far behind is ended with RESOURCE_EXHAUSTED and the sequence to resume after, in the
     * message and in the trailer "heartbeat-resume-after". OUT_OF_RANGE when after_sequence is no
     * longer, or not yet, in the history.
     * </pre>
     */
    default void watchEvents(io.heartbeat.v1.WatchEventsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchEventsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchEventsMethod(), responseObserver);
    }

    /**
     * <pre>
     * The beats of one agent as they arrive: what a trace of them is drawn from. NOT_FOUND for a
     * stranger, and when the agent is forgotten. What a slow reader misses is joined, and not kept; one that
     * takes nothing for 10 s is ended with RESOURCE_EXHAUSTED.
     * </pre>
     */
    default void watchBeats(io.heartbeat.v1.WatchBeatsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchBeatsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchBeatsMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service StatusService.
   * <pre>
   * What people and dashboards ask.
   * organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; in List, Watch and
   * GetStatus requests "*" is every organization, and in GetStatus empty is too. agent_id is 1 to 128
   * bytes of [A-Za-z0-9._:/&#64;-].
   * </pre>
   */
  public static abstract class StatusServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return StatusServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service StatusService.
   * <pre>
   * What people and dashboards ask.
   * organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; in List, Watch and
   * GetStatus requests "*" is every organization, and in GetStatus empty is too. agent_id is 1 to 128
   * bytes of [A-Za-z0-9._:/&#64;-].
   * </pre>
   */
  public static final class StatusServiceStub
      extends io.grpc.stub.AbstractAsyncStub<StatusServiceStub> {
    private StatusServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected StatusServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new StatusServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * The monitor as a whole.
     * </pre>
     */
    public void getStatus(io.heartbeat.v1.GetStatusRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.GetStatusResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetStatusMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * One agent. NOT_FOUND for a stranger.
     * </pre>
     */
    public void getAgent(io.heartbeat.v1.GetAgentRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.GetAgentResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetAgentMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Agents by filter, in an order, in pages of at most about 2 MiB: a page may hold fewer than asked
     * for although more follow.
     * </pre>
     */
    public void listAgents(io.heartbeat.v1.ListAgentsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListAgentsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListAgentsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * A snapshot of the agents that match, then every change that is an event: beats, vitals, progress
     * and idleness alone are none. Changes of one agent that come faster
     * than they are read are joined; none is lost. RESOURCE_EXHAUSTED when the reader falls too far
     * behind: watch again, the snapshot brings it up to date.
     * </pre>
     */
    public void watchAgents(io.heartbeat.v1.WatchAgentsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchAgentsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchAgentsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Tasks in flight, stale, timed out, orphaned or canceled, in pages as ListAgents'.
     * </pre>
     */
    public void listTasks(io.heartbeat.v1.ListTasksRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListTasksResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListTasksMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * The history that is kept, in pages that stay right while events arrive.
     * </pre>
     */
    public void listEvents(io.heartbeat.v1.ListEventsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListEventsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListEventsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Events as they happen, resumable after a sequence without gap or repeat. A reader that falls
     * too far behind is ended with RESOURCE_EXHAUSTED and the sequence to resume after, in the
     * message and in the trailer "heartbeat-resume-after". OUT_OF_RANGE when after_sequence is no
     * longer, or not yet, in the history.
     * </pre>
     */
    public void watchEvents(io.heartbeat.v1.WatchEventsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchEventsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchEventsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * The beats of one agent as they arrive: what a trace of them is drawn from. NOT_FOUND for a
     * stranger, and when the agent is forgotten. What a slow reader misses is joined, and not kept; one that
     * takes nothing for 10 s is ended with RESOURCE_EXHAUSTED.
     * </pre>
     */
    public void watchBeats(io.heartbeat.v1.WatchBeatsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchBeatsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchBeatsMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service StatusService.
   * <pre>
   * What people and dashboards ask.
   * organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; in List, Watch and
   * GetStatus requests "*" is every organization, and in GetStatus empty is too. agent_id is 1 to 128
   * bytes of [A-Za-z0-9._:/&#64;-].
   * </pre>
   */
  public static final class StatusServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<StatusServiceBlockingV2Stub> {
    private StatusServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected StatusServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new StatusServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * The monitor as a whole.
     * </pre>
     */
    public io.heartbeat.v1.GetStatusResponse getStatus(io.heartbeat.v1.GetStatusRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetStatusMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * One agent. NOT_FOUND for a stranger.
     * </pre>
     */
    public io.heartbeat.v1.GetAgentResponse getAgent(io.heartbeat.v1.GetAgentRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Agents by filter, in an order, in pages of at most about 2 MiB: a page may hold fewer than asked
     * for although more follow.
     * </pre>
     */
    public io.heartbeat.v1.ListAgentsResponse listAgents(io.heartbeat.v1.ListAgentsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListAgentsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * A snapshot of the agents that match, then every change that is an event: beats, vitals, progress
     * and idleness alone are none. Changes of one agent that come faster
     * than they are read are joined; none is lost. RESOURCE_EXHAUSTED when the reader falls too far
     * behind: watch again, the snapshot brings it up to date.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, io.heartbeat.v1.WatchAgentsResponse>
        watchAgents(io.heartbeat.v1.WatchAgentsRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchAgentsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Tasks in flight, stale, timed out, orphaned or canceled, in pages as ListAgents'.
     * </pre>
     */
    public io.heartbeat.v1.ListTasksResponse listTasks(io.heartbeat.v1.ListTasksRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListTasksMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The history that is kept, in pages that stay right while events arrive.
     * </pre>
     */
    public io.heartbeat.v1.ListEventsResponse listEvents(io.heartbeat.v1.ListEventsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListEventsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Events as they happen, resumable after a sequence without gap or repeat. A reader that falls
     * too far behind is ended with RESOURCE_EXHAUSTED and the sequence to resume after, in the
     * message and in the trailer "heartbeat-resume-after". OUT_OF_RANGE when after_sequence is no
     * longer, or not yet, in the history.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, io.heartbeat.v1.WatchEventsResponse>
        watchEvents(io.heartbeat.v1.WatchEventsRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchEventsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The beats of one agent as they arrive: what a trace of them is drawn from. NOT_FOUND for a
     * stranger, and when the agent is forgotten. What a slow reader misses is joined, and not kept; one that
     * takes nothing for 10 s is ended with RESOURCE_EXHAUSTED.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, io.heartbeat.v1.WatchBeatsResponse>
        watchBeats(io.heartbeat.v1.WatchBeatsRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchBeatsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service StatusService.
   * <pre>
   * What people and dashboards ask.
   * organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; in List, Watch and
   * GetStatus requests "*" is every organization, and in GetStatus empty is too. agent_id is 1 to 128
   * bytes of [A-Za-z0-9._:/&#64;-].
   * </pre>
   */
  public static final class StatusServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<StatusServiceBlockingStub> {
    private StatusServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected StatusServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new StatusServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * The monitor as a whole.
     * </pre>
     */
    public io.heartbeat.v1.GetStatusResponse getStatus(io.heartbeat.v1.GetStatusRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetStatusMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * One agent. NOT_FOUND for a stranger.
     * </pre>
     */
    public io.heartbeat.v1.GetAgentResponse getAgent(io.heartbeat.v1.GetAgentRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetAgentMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Agents by filter, in an order, in pages of at most about 2 MiB: a page may hold fewer than asked
     * for although more follow.
     * </pre>
     */
    public io.heartbeat.v1.ListAgentsResponse listAgents(io.heartbeat.v1.ListAgentsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListAgentsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * A snapshot of the agents that match, then every change that is an event: beats, vitals, progress
     * and idleness alone are none. Changes of one agent that come faster
     * than they are read are joined; none is lost. RESOURCE_EXHAUSTED when the reader falls too far
     * behind: watch again, the snapshot brings it up to date.
     * </pre>
     */
    public java.util.Iterator<io.heartbeat.v1.WatchAgentsResponse> watchAgents(
        io.heartbeat.v1.WatchAgentsRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchAgentsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Tasks in flight, stale, timed out, orphaned or canceled, in pages as ListAgents'.
     * </pre>
     */
    public io.heartbeat.v1.ListTasksResponse listTasks(io.heartbeat.v1.ListTasksRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListTasksMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The history that is kept, in pages that stay right while events arrive.
     * </pre>
     */
    public io.heartbeat.v1.ListEventsResponse listEvents(io.heartbeat.v1.ListEventsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListEventsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Events as they happen, resumable after a sequence without gap or repeat. A reader that falls
     * too far behind is ended with RESOURCE_EXHAUSTED and the sequence to resume after, in the
     * message and in the trailer "heartbeat-resume-after". OUT_OF_RANGE when after_sequence is no
     * longer, or not yet, in the history.
     * </pre>
     */
    public java.util.Iterator<io.heartbeat.v1.WatchEventsResponse> watchEvents(
        io.heartbeat.v1.WatchEventsRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchEventsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The beats of one agent as they arrive: what a trace of them is drawn from. NOT_FOUND for a
     * stranger, and when the agent is forgotten. What a slow reader misses is joined, and not kept; one that
     * takes nothing for 10 s is ended with RESOURCE_EXHAUSTED.
     * </pre>
     */
    public java.util.Iterator<io.heartbeat.v1.WatchBeatsResponse> watchBeats(
        io.heartbeat.v1.WatchBeatsRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchBeatsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service StatusService.
   * <pre>
   * What people and dashboards ask.
   * organization_id is 1 to 128 bytes of [A-Za-z0-9._:&#64;-], "default" when empty; in List, Watch and
   * GetStatus requests "*" is every organization, and in GetStatus empty is too. agent_id is 1 to 128
   * bytes of [A-Za-z0-9._:/&#64;-].
   * </pre>
   */
  public static final class StatusServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<StatusServiceFutureStub> {
    private StatusServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected StatusServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new StatusServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * The monitor as a whole.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.GetStatusResponse> getStatus(
        io.heartbeat.v1.GetStatusRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetStatusMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * One agent. NOT_FOUND for a stranger.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.GetAgentResponse> getAgent(
        io.heartbeat.v1.GetAgentRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetAgentMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Agents by filter, in an order, in pages of at most about 2 MiB: a page may hold fewer than asked
     * for although more follow.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ListAgentsResponse> listAgents(
        io.heartbeat.v1.ListAgentsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListAgentsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Tasks in flight, stale, timed out, orphaned or canceled, in pages as ListAgents'.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ListTasksResponse> listTasks(
        io.heartbeat.v1.ListTasksRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListTasksMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * The history that is kept, in pages that stay right while events arrive.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ListEventsResponse> listEvents(
        io.heartbeat.v1.ListEventsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListEventsMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_STATUS = 0;
  private static final int METHODID_GET_AGENT = 1;
  private static final int METHODID_LIST_AGENTS = 2;
  private static final int METHODID_WATCH_AGENTS = 3;
  private static final int METHODID_LIST_TASKS = 4;
  private static final int METHODID_LIST_EVENTS = 5;
  private static final int METHODID_WATCH_EVENTS = 6;
  private static final int METHODID_WATCH_BEATS = 7;

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
        case METHODID_GET_STATUS:
          serviceImpl.getStatus((io.heartbeat.v1.GetStatusRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.GetStatusResponse>) responseObserver);
          break;
        case METHODID_GET_AGENT:
          serviceImpl.getAgent((io.heartbeat.v1.GetAgentRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.GetAgentResponse>) responseObserver);
          break;
        case METHODID_LIST_AGENTS:
          serviceImpl.listAgents((io.heartbeat.v1.ListAgentsRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ListAgentsResponse>) responseObserver);
          break;
        case METHODID_WATCH_AGENTS:
          serviceImpl.watchAgents((io.heartbeat.v1.WatchAgentsRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchAgentsResponse>) responseObserver);
          break;
        case METHODID_LIST_TASKS:
          serviceImpl.listTasks((io.heartbeat.v1.ListTasksRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ListTasksResponse>) responseObserver);
          break;
        case METHODID_LIST_EVENTS:
          serviceImpl.listEvents((io.heartbeat.v1.ListEventsRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ListEventsResponse>) responseObserver);
          break;
        case METHODID_WATCH_EVENTS:
          serviceImpl.watchEvents((io.heartbeat.v1.WatchEventsRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchEventsResponse>) responseObserver);
          break;
        case METHODID_WATCH_BEATS:
          serviceImpl.watchBeats((io.heartbeat.v1.WatchBeatsRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.WatchBeatsResponse>) responseObserver);
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
          getGetStatusMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.GetStatusRequest,
              io.heartbeat.v1.GetStatusResponse>(
                service, METHODID_GET_STATUS)))
        .addMethod(
          getGetAgentMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.GetAgentRequest,
              io.heartbeat.v1.GetAgentResponse>(
                service, METHODID_GET_AGENT)))
        .addMethod(
          getListAgentsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ListAgentsRequest,
              io.heartbeat.v1.ListAgentsResponse>(
                service, METHODID_LIST_AGENTS)))
        .addMethod(
          getWatchAgentsMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              io.heartbeat.v1.WatchAgentsRequest,
              io.heartbeat.v1.WatchAgentsResponse>(
                service, METHODID_WATCH_AGENTS)))
        .addMethod(
          getListTasksMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ListTasksRequest,
              io.heartbeat.v1.ListTasksResponse>(
                service, METHODID_LIST_TASKS)))
        .addMethod(
          getListEventsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ListEventsRequest,
              io.heartbeat.v1.ListEventsResponse>(
                service, METHODID_LIST_EVENTS)))
        .addMethod(
          getWatchEventsMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              io.heartbeat.v1.WatchEventsRequest,
              io.heartbeat.v1.WatchEventsResponse>(
                service, METHODID_WATCH_EVENTS)))
        .addMethod(
          getWatchBeatsMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              io.heartbeat.v1.WatchBeatsRequest,
              io.heartbeat.v1.WatchBeatsResponse>(
                service, METHODID_WATCH_BEATS)))
        .build();
  }

  private static abstract class StatusServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    StatusServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.heartbeat.v1.StatusServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("StatusService");
    }
  }

  private static final class StatusServiceFileDescriptorSupplier
      extends StatusServiceBaseDescriptorSupplier {
    StatusServiceFileDescriptorSupplier() {}
  }

  private static final class StatusServiceMethodDescriptorSupplier
      extends StatusServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    StatusServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (StatusServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new StatusServiceFileDescriptorSupplier())
              .addMethod(getGetStatusMethod())
              .addMethod(getGetAgentMethod())
              .addMethod(getListAgentsMethod())
              .addMethod(getWatchAgentsMethod())
              .addMethod(getListTasksMethod())
              .addMethod(getListEventsMethod())
              .addMethod(getWatchEventsMethod())
              .addMethod(getWatchBeatsMethod())
              .build();
        }
      }
    }
    return result;
  }
}
