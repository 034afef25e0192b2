package io.heartbeat.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * What people are told, and what they do about it.
 * An alert is one cause: an agent that went DOWN, or five hundred that went together. Who is told of
 * it, by which channel, says the file that the setting `alerts` names; alerts are kept and shown
 * without one too.
 * organization_id is as in StatusService. With tokens, what concerns channels wants one that speaks for
 * every organization.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class AlertServiceGrpc {

  private AlertServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "heartbeat.v1.AlertService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ListAlertsRequest,
      io.heartbeat.v1.ListAlertsResponse> getListAlertsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListAlerts",
      requestType = io.heartbeat.v1.ListAlertsRequest.class,
      responseType = io.heartbeat.v1.ListAlertsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ListAlertsRequest,
      io.heartbeat.v1.ListAlertsResponse> getListAlertsMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ListAlertsRequest, io.heartbeat.v1.ListAlertsResponse> getListAlertsMethod;
    if ((getListAlertsMethod = AlertServiceGrpc.getListAlertsMethod) == null) {
      synchronized (AlertServiceGrpc.class) {
        if ((getListAlertsMethod = AlertServiceGrpc.getListAlertsMethod) == null) {
          AlertServiceGrpc.getListAlertsMethod = getListAlertsMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ListAlertsRequest, io.heartbeat.v1.ListAlertsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListAlerts"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListAlertsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListAlertsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AlertServiceMethodDescriptorSupplier("ListAlerts"))
              .build();
        }
      }
    }
    return getListAlertsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ListChannelsRequest,
      io.heartbeat.v1.ListChannelsResponse> getListChannelsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListChannels",
      requestType = io.heartbeat.v1.ListChannelsRequest.class,
      responseType = io.heartbeat.v1.ListChannelsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ListChannelsRequest,
      io.heartbeat.v1.ListChannelsResponse> getListChannelsMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ListChannelsRequest, io.heartbeat.v1.ListChannelsResponse> getListChannelsMethod;
    if ((getListChannelsMethod = AlertServiceGrpc.getListChannelsMethod) == null) {
      synchronized (AlertServiceGrpc.class) {
        if ((getListChannelsMethod = AlertServiceGrpc.getListChannelsMethod) == null) {
          AlertServiceGrpc.getListChannelsMethod = getListChannelsMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ListChannelsRequest, io.heartbeat.v1.ListChannelsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListChannels"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListChannelsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListChannelsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AlertServiceMethodDescriptorSupplier("ListChannels"))
              .build();
        }
      }
    }
    return getListChannelsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.TestChannelRequest,
      io.heartbeat.v1.TestChannelResponse> getTestChannelMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "TestChannel",
      requestType = io.heartbeat.v1.TestChannelRequest.class,
      responseType = io.heartbeat.v1.TestChannelResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.TestChannelRequest,
      io.heartbeat.v1.TestChannelResponse> getTestChannelMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.TestChannelRequest, io.heartbeat.v1.TestChannelResponse> getTestChannelMethod;
    if ((getTestChannelMethod = AlertServiceGrpc.getTestChannelMethod) == null) {
      synchronized (AlertServiceGrpc.class) {
        if ((getTestChannelMethod = AlertServiceGrpc.getTestChannelMethod) == null) {
          AlertServiceGrpc.getTestChannelMethod = getTestChannelMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.TestChannelRequest, io.heartbeat.v1.TestChannelResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "TestChannel"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.TestChannelRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.TestChannelResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AlertServiceMethodDescriptorSupplier("TestChannel"))
              .build();
        }
      }
    }
    return getTestChannelMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ListDeliveriesRequest,
      io.heartbeat.v1.ListDeliveriesResponse> getListDeliveriesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListDeliveries",
      requestType = io.heartbeat.v1.ListDeliveriesRequest.class,
      responseType = io.heartbeat.v1.ListDeliveriesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ListDeliveriesRequest,
      io.heartbeat.v1.ListDeliveriesResponse> getListDeliveriesMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ListDeliveriesRequest, io.heartbeat.v1.ListDeliveriesResponse> getListDeliveriesMethod;
    if ((getListDeliveriesMethod = AlertServiceGrpc.getListDeliveriesMethod) == null) {
      synchronized (AlertServiceGrpc.class) {
        if ((getListDeliveriesMethod = AlertServiceGrpc.getListDeliveriesMethod) == null) {
          AlertServiceGrpc.getListDeliveriesMethod = getListDeliveriesMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ListDeliveriesRequest, io.heartbeat.v1.ListDeliveriesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListDeliveries"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListDeliveriesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListDeliveriesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AlertServiceMethodDescriptorSupplier("ListDeliveries"))
              .build();
        }
      }
    }
    return getListDeliveriesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ResendDeliveryRequest,
      io.heartbeat.v1.ResendDeliveryResponse> getResendDeliveryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResendDelivery",
      requestType = io.heartbeat.v1.ResendDeliveryRequest.class,
      responseType = io.heartbeat.v1.ResendDeliveryResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ResendDeliveryRequest,
      io.heartbeat.v1.ResendDeliveryResponse> getResendDeliveryMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ResendDeliveryRequest, io.heartbeat.v1.ResendDeliveryResponse> getResendDeliveryMethod;
    if ((getResendDeliveryMethod = AlertServiceGrpc.getResendDeliveryMethod) == null) {
      synchronized (AlertServiceGrpc.class) {
        if ((getResendDeliveryMethod = AlertServiceGrpc.getResendDeliveryMethod) == null) {
          AlertServiceGrpc.getResendDeliveryMethod = getResendDeliveryMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ResendDeliveryRequest, io.heartbeat.v1.ResendDeliveryResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResendDelivery"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ResendDeliveryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ResendDeliveryResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AlertServiceMethodDescriptorSupplier("ResendDelivery"))
              .build();
        }
      }
    }
    return getResendDeliveryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.CreateSilenceRequest,
      io.heartbeat.v1.CreateSilenceResponse> getCreateSilenceMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateSilence",
      requestType = io.heartbeat.v1.CreateSilenceRequest.class,
      responseType = io.heartbeat.v1.CreateSilenceResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.CreateSilenceRequest,
      io.heartbeat.v1.CreateSilenceResponse> getCreateSilenceMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.CreateSilenceRequest, io.heartbeat.v1.CreateSilenceResponse> getCreateSilenceMethod;
    if ((getCreateSilenceMethod = AlertServiceGrpc.getCreateSilenceMethod) == null) {
      synchronized (AlertServiceGrpc.class) {
        if ((getCreateSilenceMethod = AlertServiceGrpc.getCreateSilenceMethod) == null) {
          AlertServiceGrpc.getCreateSilenceMethod = getCreateSilenceMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.CreateSilenceRequest, io.heartbeat.v1.CreateSilenceResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateSilence"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.CreateSilenceRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.CreateSilenceResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AlertServiceMethodDescriptorSupplier("CreateSilence"))
              .build();
        }
      }
    }
    return getCreateSilenceMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.ListSilencesRequest,
      io.heartbeat.v1.ListSilencesResponse> getListSilencesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListSilences",
      requestType = io.heartbeat.v1.ListSilencesRequest.class,
      responseType = io.heartbeat.v1.ListSilencesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.ListSilencesRequest,
      io.heartbeat.v1.ListSilencesResponse> getListSilencesMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.ListSilencesRequest, io.heartbeat.v1.ListSilencesResponse> getListSilencesMethod;
    if ((getListSilencesMethod = AlertServiceGrpc.getListSilencesMethod) == null) {
      synchronized (AlertServiceGrpc.class) {
        if ((getListSilencesMethod = AlertServiceGrpc.getListSilencesMethod) == null) {
          AlertServiceGrpc.getListSilencesMethod = getListSilencesMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.ListSilencesRequest, io.heartbeat.v1.ListSilencesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListSilences"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListSilencesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.ListSilencesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AlertServiceMethodDescriptorSupplier("ListSilences"))
              .build();
        }
      }
    }
    return getListSilencesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.EndSilenceRequest,
      io.heartbeat.v1.EndSilenceResponse> getEndSilenceMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "EndSilence",
      requestType = io.heartbeat.v1.EndSilenceRequest.class,
      responseType = io.heartbeat.v1.EndSilenceResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.EndSilenceRequest,
      io.heartbeat.v1.EndSilenceResponse> getEndSilenceMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.EndSilenceRequest, io.heartbeat.v1.EndSilenceResponse> getEndSilenceMethod;
    if ((getEndSilenceMethod = AlertServiceGrpc.getEndSilenceMethod) == null) {
      synchronized (AlertServiceGrpc.class) {
        if ((getEndSilenceMethod = AlertServiceGrpc.getEndSilenceMethod) == null) {
          AlertServiceGrpc.getEndSilenceMethod = getEndSilenceMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.EndSilenceRequest, io.heartbeat.v1.EndSilenceResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "EndSilence"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.EndSilenceRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.EndSilenceResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AlertServiceMethodDescriptorSupplier("EndSilence"))
              .build();
        }
      }
    }
    return getEndSilenceMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static AlertServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<AlertServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<AlertServiceStub>() {
        @java.lang.Override
        public AlertServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new AlertServiceStub(channel, callOptions);
        }
      };
    return AlertServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static AlertServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<AlertServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<AlertServiceBlockingV2Stub>() {
        @java.lang.Override
        public AlertServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new AlertServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return AlertServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static AlertServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<AlertServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<AlertServiceBlockingStub>() {
        @java.lang.Override
        public AlertServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new AlertServiceBlockingStub(channel, callOptions);
        }
      };
    return AlertServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static AlertServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<AlertServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<AlertServiceFutureStub>() {
        @java.lang.Override
        public AlertServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new AlertServiceFutureStub(channel, callOptions);
        }
      };
    return AlertServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * What people are told, and what they do about it.
   * An alert is one cause: an agent that went DOWN, or five hundred that went together. Who is told of
   * it, by which channel, says the file that the setting `alerts` names; alerts are kept and shown
   * without one too.
   * organization_id is as in StatusService. With tokens, what concerns channels wants one that speaks for
   * every organization.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Alerts that are pending, firing or lately resolved; the newest first.
     * </pre>
     */
    default void listAlerts(io.heartbeat.v1.ListAlertsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListAlertsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListAlertsMethod(), responseObserver);
    }

    /**
     * <pre>
     * The channels, and how each does.
     * </pre>
     */
    default void listChannels(io.heartbeat.v1.ListChannelsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListChannelsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListChannelsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Sends a message that says that it is a test, once and now. The answer tells how it went.
     * NOT_FOUND when there is no such channel.
     * </pre>
     */
    default void testChannel(io.heartbeat.v1.TestChannelRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.TestChannelResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getTestChannelMethod(), responseObserver);
    }

    /**
     * <pre>
     * What waits to be delivered, what was given up, and what was delivered lately; the newest first.
     * </pre>
     */
    default void listDeliveries(io.heartbeat.v1.ListDeliveriesRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListDeliveriesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListDeliveriesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Tries a delivery that was given up, or waits for its next attempt, again and at once.
     * FAILED_PRECONDITION when it has been delivered. PERMISSION_DENIED when it is about the monitor itself, and
     * the token does not speak for all organizations.
     * </pre>
     */
    default void resendDelivery(io.heartbeat.v1.ResendDeliveryRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ResendDeliveryResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResendDeliveryMethod(), responseObserver);
    }

    /**
     * <pre>
     * Nobody is told, for a while, of what matches: a maintenance window when it begins later. What
     * still fires when it ends is told then.
     * </pre>
     */
    default void createSilence(io.heartbeat.v1.CreateSilenceRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.CreateSilenceResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateSilenceMethod(), responseObserver);
    }

    /**
     * <pre>
     * Silences that are to begin or in force; those that ended lately on request.
     * </pre>
     */
    default void listSilences(io.heartbeat.v1.ListSilencesRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListSilencesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListSilencesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ends a silence now. Harmless when it has ended.
     * </pre>
     */
    default void endSilence(io.heartbeat.v1.EndSilenceRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.EndSilenceResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getEndSilenceMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service AlertService.
   * <pre>
   * What people are told, and what they do about it.
   * An alert is one cause: an agent that went DOWN, or five hundred that went together. Who is told of
   * it, by which channel, says the file that the setting `alerts` names; alerts are kept and shown
   * without one too.
   * organization_id is as in StatusService. With tokens, what concerns channels wants one that speaks for
   * every organization.
   * </pre>
   */
  public static abstract class AlertServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return AlertServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service AlertService.
   * <pre>
   * What people are told, and what they do about it.
   * An alert is one cause: an agent that went DOWN, or five hundred that went together. Who is told of
   * it, by which channel, says the file that the setting `alerts` names; alerts are kept and shown
   * without one too.
   * organization_id is as in StatusService. With tokens, what concerns channels wants one that speaks for
   * every organization.
   * </pre>
   */
  public static final class AlertServiceStub
      extends io.grpc.stub.AbstractAsyncStub<AlertServiceStub> {
    private AlertServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected AlertServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new AlertServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Alerts that are pending, firing or lately resolved; the newest first.
     * </pre>
     */
    public void listAlerts(io.heartbeat.v1.ListAlertsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListAlertsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListAlertsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * The channels, and how each does.
     * </pre>
     */
    public void listChannels(io.heartbeat.v1.ListChannelsRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListChannelsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListChannelsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Sends a message that says that it is a test, once and now. The answer tells how it went.
     * NOT_FOUND when there is no such channel.
     * </pre>
     */
    public void testChannel(io.heartbeat.v1.TestChannelRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.TestChannelResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getTestChannelMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * What waits to be delivered, what was given up, and what was delivered lately; the newest first.
     * </pre>
     */
    public void listDeliveries(io.heartbeat.v1.ListDeliveriesRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListDeliveriesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListDeliveriesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Tries a delivery that was given up, or waits for its next attempt, again and at once.
     * FAILED_PRECONDITION when it has been delivered. PERMISSION_DENIED when it is about the monitor itself, and
     * the token does not speak for all organizations.
     * </pre>
     */
    public void resendDelivery(io.heartbeat.v1.ResendDeliveryRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ResendDeliveryResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResendDeliveryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Nobody is told, for a while, of what matches: a maintenance window when it begins later. What
     * still fires when it ends is told then.
     * </pre>
     */
    public void createSilence(io.heartbeat.v1.CreateSilenceRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.CreateSilenceResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateSilenceMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Silences that are to begin or in force; those that ended lately on request.
     * </pre>
     */
    public void listSilences(io.heartbeat.v1.ListSilencesRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.ListSilencesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListSilencesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ends a silence now. Harmless when it has ended.
     * </pre>
     */
    public void endSilence(io.heartbeat.v1.EndSilenceRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.EndSilenceResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getEndSilenceMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service AlertService.
   * <pre>
   * What people are told, and what they do about it.
   * An alert is one cause: an agent that went DOWN, or five hundred that went together. Who is told of
   * it, by which channel, says the file that the setting `alerts` names; alerts are kept and shown
   * without one too.
   * organization_id is as in StatusService. With tokens, what concerns channels wants one that speaks for
   * every organization.
   * </pre>
   */
  public static final class AlertServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<AlertServiceBlockingV2Stub> {
    private AlertServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected AlertServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new AlertServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Alerts that are pending, firing or lately resolved; the newest first.
     * </pre>
     */
    public io.heartbeat.v1.ListAlertsResponse listAlerts(io.heartbeat.v1.ListAlertsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListAlertsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The channels, and how each does.
     * </pre>
     */
    public io.heartbeat.v1.ListChannelsResponse listChannels(io.heartbeat.v1.ListChannelsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListChannelsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sends a message that says that it is a test, once and now. The answer tells how it went.
     * NOT_FOUND when there is no such channel.
     * </pre>
     */
    public io.heartbeat.v1.TestChannelResponse testChannel(io.heartbeat.v1.TestChannelRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getTestChannelMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * What waits to be delivered, what was given up, and what was delivered lately; the newest first.
     * </pre>
     */
    public io.heartbeat.v1.ListDeliveriesResponse listDeliveries(io.heartbeat.v1.ListDeliveriesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListDeliveriesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Tries a delivery that was given up, or waits for its next attempt, again and at once.
     * FAILED_PRECONDITION when it has been delivered. PERMISSION_DENIED when it is about the monitor itself, and
     * the token does not speak for all organizations.
     * </pre>
     */
    public io.heartbeat.v1.ResendDeliveryResponse resendDelivery(io.heartbeat.v1.ResendDeliveryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResendDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Nobody is told, for a while, of what matches: a maintenance window when it begins later. What
     * still fires when it ends is told then.
     * </pre>
     */
    public io.heartbeat.v1.CreateSilenceResponse createSilence(io.heartbeat.v1.CreateSilenceRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateSilenceMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Silences that are to begin or in force; those that ended lately on request.
     * </pre>
     */
    public io.heartbeat.v1.ListSilencesResponse listSilences(io.heartbeat.v1.ListSilencesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListSilencesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a silence now. Harmless when it has ended.
     * </pre>
     */
    public io.heartbeat.v1.EndSilenceResponse endSilence(io.heartbeat.v1.EndSilenceRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getEndSilenceMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service AlertService.
   * <pre>
   * What people are told, and what they do about it.
   * An alert is one cause: an agent that went DOWN, or five hundred that went together. Who is told of
   * it, by which channel, says the file that the setting `alerts` names; alerts are kept and shown
   * without one too.
   * organization_id is as in StatusService. With tokens, what concerns channels wants one that speaks for
   * every organization.
   * </pre>
   */
  public static final class AlertServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<AlertServiceBlockingStub> {
    private AlertServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected AlertServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new AlertServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Alerts that are pending, firing or lately resolved; the newest first.
     * </pre>
     */
    public io.heartbeat.v1.ListAlertsResponse listAlerts(io.heartbeat.v1.ListAlertsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListAlertsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The channels, and how each does.
     * </pre>
     */
    public io.heartbeat.v1.ListChannelsResponse listChannels(io.heartbeat.v1.ListChannelsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListChannelsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sends a message that says that it is a test, once and now. The answer tells how it went.
     * NOT_FOUND when there is no such channel.
     * </pre>
     */
    public io.heartbeat.v1.TestChannelResponse testChannel(io.heartbeat.v1.TestChannelRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getTestChannelMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * What waits to be delivered, what was given up, and what was delivered lately; the newest first.
     * </pre>
     */
    public io.heartbeat.v1.ListDeliveriesResponse listDeliveries(io.heartbeat.v1.ListDeliveriesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListDeliveriesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Tries a delivery that was given up, or waits for its next attempt, again and at once.
     * FAILED_PRECONDITION when it has been delivered. PERMISSION_DENIED when it is about the monitor itself, and
     * the token does not speak for all organizations.
     * </pre>
     */
    public io.heartbeat.v1.ResendDeliveryResponse resendDelivery(io.heartbeat.v1.ResendDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResendDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Nobody is told, for a while, of what matches: a maintenance window when it begins later. What
     * still fires when it ends is told then.
     * </pre>
     */
    public io.heartbeat.v1.CreateSilenceResponse createSilence(io.heartbeat.v1.CreateSilenceRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateSilenceMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Silences that are to begin or in force; those that ended lately on request.
     * </pre>
     */
    public io.heartbeat.v1.ListSilencesResponse listSilences(io.heartbeat.v1.ListSilencesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListSilencesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a silence now. Harmless when it has ended.
     * </pre>
     */
    public io.heartbeat.v1.EndSilenceResponse endSilence(io.heartbeat.v1.EndSilenceRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getEndSilenceMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service AlertService.
   * <pre>
   * What people are told, and what they do about it.
   * An alert is one cause: an agent that went DOWN, or five hundred that went together. Who is told of
   * it, by which channel, says the file that the setting `alerts` names; alerts are kept and shown
   * without one too.
   * organization_id is as in StatusService. With tokens, what concerns channels wants one that speaks for
   * every organization.
   * </pre>
   */
  public static final class AlertServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<AlertServiceFutureStub> {
    private AlertServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected AlertServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new AlertServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Alerts that are pending, firing or lately resolved; the newest first.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ListAlertsResponse> listAlerts(
        io.heartbeat.v1.ListAlertsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListAlertsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * The channels, and how each does.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ListChannelsResponse> listChannels(
        io.heartbeat.v1.ListChannelsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListChannelsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Sends a message that says that it is a test, once and now. The answer tells how it went.
     * NOT_FOUND when there is no such channel.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.TestChannelResponse> testChannel(
        io.heartbeat.v1.TestChannelRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getTestChannelMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * What waits to be delivered, what was given up, and what was delivered lately; the newest first.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ListDeliveriesResponse> listDeliveries(
        io.heartbeat.v1.ListDeliveriesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListDeliveriesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Tries a delivery that was given up, or waits for its next attempt, again and at once.
     * FAILED_PRECONDITION when it has been delivered. PERMISSION_DENIED when it is about the monitor itself, and
     * the token does not speak for all organizations.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ResendDeliveryResponse> resendDelivery(
        io.heartbeat.v1.ResendDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResendDeliveryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Nobody is told, for a while, of what matches: a maintenance window when it begins later. What
     * still fires when it ends is told then.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.CreateSilenceResponse> createSilence(
        io.heartbeat.v1.CreateSilenceRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateSilenceMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Silences that are to begin or in force; those that ended lately on request.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.ListSilencesResponse> listSilences(
        io.heartbeat.v1.ListSilencesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListSilencesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ends a silence now. Harmless when it has ended.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.EndSilenceResponse> endSilence(
        io.heartbeat.v1.EndSilenceRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getEndSilenceMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_LIST_ALERTS = 0;
  private static final int METHODID_LIST_CHANNELS = 1;
  private static final int METHODID_TEST_CHANNEL = 2;
  private static final int METHODID_LIST_DELIVERIES = 3;
  private static final int METHODID_RESEND_DELIVERY = 4;
  private static final int METHODID_CREATE_SILENCE = 5;
  private static final int METHODID_LIST_SILENCES = 6;
  private static final int METHODID_END_SILENCE = 7;

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
        case METHODID_LIST_ALERTS:
          serviceImpl.listAlerts((io.heartbeat.v1.ListAlertsRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ListAlertsResponse>) responseObserver);
          break;
        case METHODID_LIST_CHANNELS:
          serviceImpl.listChannels((io.heartbeat.v1.ListChannelsRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ListChannelsResponse>) responseObserver);
          break;
        case METHODID_TEST_CHANNEL:
          serviceImpl.testChannel((io.heartbeat.v1.TestChannelRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.TestChannelResponse>) responseObserver);
          break;
        case METHODID_LIST_DELIVERIES:
          serviceImpl.listDeliveries((io.heartbeat.v1.ListDeliveriesRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ListDeliveriesResponse>) responseObserver);
          break;
        case METHODID_RESEND_DELIVERY:
          serviceImpl.resendDelivery((io.heartbeat.v1.ResendDeliveryRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ResendDeliveryResponse>) responseObserver);
          break;
        case METHODID_CREATE_SILENCE:
          serviceImpl.createSilence((io.heartbeat.v1.CreateSilenceRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.CreateSilenceResponse>) responseObserver);
          break;
        case METHODID_LIST_SILENCES:
          serviceImpl.listSilences((io.heartbeat.v1.ListSilencesRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.ListSilencesResponse>) responseObserver);
          break;
        case METHODID_END_SILENCE:
          serviceImpl.endSilence((io.heartbeat.v1.EndSilenceRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.EndSilenceResponse>) responseObserver);
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
          getListAlertsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ListAlertsRequest,
              io.heartbeat.v1.ListAlertsResponse>(
                service, METHODID_LIST_ALERTS)))
        .addMethod(
          getListChannelsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ListChannelsRequest,
              io.heartbeat.v1.ListChannelsResponse>(
                service, METHODID_LIST_CHANNELS)))
        .addMethod(
          getTestChannelMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.TestChannelRequest,
              io.heartbeat.v1.TestChannelResponse>(
                service, METHODID_TEST_CHANNEL)))
        .addMethod(
          getListDeliveriesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ListDeliveriesRequest,
              io.heartbeat.v1.ListDeliveriesResponse>(
                service, METHODID_LIST_DELIVERIES)))
        .addMethod(
          getResendDeliveryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ResendDeliveryRequest,
              io.heartbeat.v1.ResendDeliveryResponse>(
                service, METHODID_RESEND_DELIVERY)))
        .addMethod(
          getCreateSilenceMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.CreateSilenceRequest,
              io.heartbeat.v1.CreateSilenceResponse>(
                service, METHODID_CREATE_SILENCE)))
        .addMethod(
          getListSilencesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.ListSilencesRequest,
              io.heartbeat.v1.ListSilencesResponse>(
                service, METHODID_LIST_SILENCES)))
        .addMethod(
          getEndSilenceMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.EndSilenceRequest,
              io.heartbeat.v1.EndSilenceResponse>(
                service, METHODID_END_SILENCE)))
        .build();
  }

  private static abstract class AlertServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    AlertServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.heartbeat.v1.AlertServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("AlertService");
    }
  }

  private static final class AlertServiceFileDescriptorSupplier
      extends AlertServiceBaseDescriptorSupplier {
    AlertServiceFileDescriptorSupplier() {}
  }

  private static final class AlertServiceMethodDescriptorSupplier
      extends AlertServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    AlertServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (AlertServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new AlertServiceFileDescriptorSupplier())
              .addMethod(getListAlertsMethod())
              .addMethod(getListChannelsMethod())
              .addMethod(getTestChannelMethod())
              .addMethod(getListDeliveriesMethod())
              .addMethod(getResendDeliveryMethod())
              .addMethod(getCreateSilenceMethod())
              .addMethod(getListSilencesMethod())
              .addMethod(getEndSilenceMethod())
              .build();
        }
      }
    }
    return result;
  }
}
