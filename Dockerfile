# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS packages
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV ENVIRONMENT=production \
    MEDIA_ROOT=/srv/media \
    STATIC_ROOT=/srv/static \
    PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --no-create-home clinic \
    && install --directory --owner=clinic /srv/media /srv/static
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
USER clinic
# Collecting files reads no secret and no database, but the settings insist on values; these stay out of the image.
RUN SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(60))") \
    DATABASE_URL=postgres://build:build@localhost/build \
    ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --no-input
EXPOSE 8000
# Migrations are a step of the release: `python manage.py migrate`, once, before the new containers start.
# Threads live as long as their connections to the database (CONN_MAX_AGE).
CMD ["granian", "cms.wsgi:application", "--interface=wsgi", "--http=1", "--no-ws", "--host=0.0.0.0", "--port=8000", "--workers=2", "--blocking-threads=8", "--blocking-threads-idle-timeout=600", "--respawn-failed-workers"]
