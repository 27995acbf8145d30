# The site and the worker, from one image; see docs/deploy.md.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    DATA_DIR=/data \
    STATIC_ROOT=/srv/static

# What WeasyPrint needs to set type; the fonts themselves are in the repository.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/app
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.lock && pip check

COPY . .
# Static files need settings, not secrets.
RUN SECRET_KEY=only-for-this-step python -m django collectstatic --noinput --verbosity 0 \
    && useradd --system --uid 10001 --home-dir /nonexistent thidua \
    && install -d -o thidua -g thidua /data

USER thidua
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "deploy/probe.py"]
CMD ["gunicorn", "config.wsgi", "--config", "deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000"]
