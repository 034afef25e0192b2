buf curl --protocol grpcweb --schema proto http://127.0.0.1:8080/heartbeat.v1.StatusService/GetAgent \
  -d '{"agentId": "demo"}'
