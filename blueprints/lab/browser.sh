# What the pages are made with and tested in: Node with npm, and Chromium. Sourced, not run.

# Installs what is missing; says so and goes on where it may not, so that what needs them can say what it lacks.
install_browser_packages() {
  local missing=""
  # Debian has npm beside nodejs; a Node from elsewhere brings its own, and the two do not go together.
  command -v npm >/dev/null || missing="nodejs npm"
  [ "${1:-}" = --no-browser ] || command -v chromium >/dev/null || missing="$missing chromium fonts-dejavu-core"
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "not installed, and only root can install them: $missing" >&2
    return 0
  fi
  echo "installing: $missing"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# Packs the pages into what the build embeds. Without npm the server is built without them, and says so in their place.
build_pages() {
  if command -v npm >/dev/null; then ./studio/build; else echo "npm is missing: building without the pages" >&2; fi
}
