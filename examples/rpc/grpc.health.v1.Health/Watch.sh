buf curl --protocol grpc --http2-prior-knowledge http://127.0.0.1:50051/grpc.health.v1.Health/Watch \
  -d '{"service": "agent/default/demo"}'
