#!/bin/sh
# Run once by the PostgreSQL image on an empty volume.
set -eu
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -f /sql/roles.sql
