buf curl --protocol grpc --http2-prior-knowledge http://127.0.0.1:50051/heartbeat.v1.HeartbeatService/Beat \
  -d '{"agentId": "demo"} {"vitals": {"cpu": 0.5}} {"goodbye": {"reason": "done"}}'
