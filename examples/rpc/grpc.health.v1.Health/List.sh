curl -sS http://127.0.0.1:8080/grpc.health.v1.Health/List \
  -H 'content-type: application/json' \
  -d '{}'
