curl -sS http://127.0.0.1:8080/heartbeat.v1.HeartbeatService/SendBeat \
  -H 'content-type: application/json' \
  -d '{"beat": {"agentId": "demo", "tasks": [{"taskId": "import-42", "progress": 0.25}]}}'
