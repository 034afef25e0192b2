buf curl --protocol grpc --http2-prior-knowledge http://127.0.0.1:50051/heartbeat.v1.StatusService/WatchAgents \
  -d '{"idPrefix": "demo"}'
