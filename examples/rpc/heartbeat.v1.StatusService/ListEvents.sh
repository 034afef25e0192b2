curl -sS http://127.0.0.1:8080/heartbeat.v1.StatusService/ListEvents \
  -H 'content-type: application/json' \
  -d '{"minSeverity": "SEVERITY_WARNING", "newestFirst": true, "pageSize": 20}'
