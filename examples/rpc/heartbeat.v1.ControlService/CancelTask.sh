curl -sS http://127.0.0.1:8080/heartbeat.v1.ControlService/CancelTask \
  -H 'content-type: application/json' \
  -d '{"agentId": "demo", "taskId": "import-42", "reason": "wrong file"}'
