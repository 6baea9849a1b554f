# syntax=docker/dockerfile:1
# One image for every role of the service: web and worker differ in their command alone.

FROM node:22-bookworm-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
COPY docs/ /src/docs/
RUN npm run build

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        bubblewrap chromium-headless-shell \
        fonts-dejavu-core fonts-inter fonts-lato fonts-liberation fonts-noto-color-emoji \
        fonts-open-sans fonts-roboto-unhinted \
        tesseract-ocr-ara tesseract-ocr-ell tesseract-ocr-heb tesseract-ocr-rus tesseract-ocr-ukr \
        tesseract-ocr-vie \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 mockwright
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.txt
COPY manage.py ./
COPY webapp/ webapp/
COPY workers/ workers/
COPY --from=frontend /src/frontend/dist frontend/dist
RUN install --directory --owner=mockwright /data
ENV MOCKWRIGHT_DATA=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME /data
USER mockwright
EXPOSE 8000
CMD ["python", "-m", "webapp.local.serve", "http://0.0.0.0:8000"]
