# VizCore in a container: the app, the command line, or a machine of a Ray cluster (see docs/cluster.md).
#
#   docker build -t vizcore .                                                        for the CPU
#   docker build -t vizcore:cuda --build-arg TORCH=https://pypi.org/simple .         with CUDA, which the usual wheel brings
#   docker run -p 127.0.0.1:8501:8501 -v vizcore:/cache vizcore                      the app on http://localhost:8501
#   docker run -v vizcore:/cache -v "$PWD:/films" vizcore python -m vizcore match /films --out /films/results
FROM python:3.11-slim

ARG TORCH=https://download.pytorch.org/whl/cpu

ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    VIZCORE_CACHE=/cache NUMBA_CACHE_DIR=/cache/numba RAY_USAGE_STATS_ENABLED=0

WORKDIR /app
COPY requirements.txt requirements-hub.txt requirements-cluster.txt ./
# torch alone first: the rest then finds it there, and takes no other.
RUN pip install --index-url "$TORCH" --extra-index-url https://pypi.org/simple "$(grep '^torch==' requirements.txt)" \
    && pip install -r requirements.txt -r requirements-hub.txt -r requirements-cluster.txt

COPY .streamlit .streamlit
COPY app.py LICENSE pyproject.toml ./
COPY assets assets
COPY pages pages
COPY vizcore vizcore

# Nobody inside is root; what is kept lies in /cache, and everything else may be read-only.
RUN useradd --create-home --uid 1000 vizcore && mkdir /cache && chown vizcore /cache
USER vizcore
VOLUME /cache
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8501/_stcore/health', timeout=4)"]
# All interfaces of the container: from outside only what -p publishes is reached, and with 127.0.0.1 by this machine alone.
CMD ["python", "-m", "vizcore", "serve", "--address", "0.0.0.0"]
