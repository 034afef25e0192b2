curl -sS http://127.0.0.1:8080/heartbeat.v1.AlertService/ListDeliveries \
  -H 'content-type: application/json' \
  -d '{"states": ["DELIVERY_STATE_DEAD"]}'
