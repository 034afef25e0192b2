curl -sS http://127.0.0.1:8080/heartbeat.v1.AlertService/ListAlerts \
  -H 'content-type: application/json' \
  -d '{"states": ["ALERT_STATE_PENDING", "ALERT_STATE_FIRING"]}'
