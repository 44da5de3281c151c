#!/usr/bin/env bash
# Pictures of the QGIS window, taken without a display.
#   tools/screenshot.sh                         all pictures of the documentation, into docs/images
#   tools/screenshot.sh SCENE OUT.png [STYLE]   one picture of a result; STYLE: wrapped, displacement or nothing
# The pictures of the report, the hazard page and the source page need Chromium; without it they stay as they are.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. tools/profile.sh
program=/usr/bin/qgis.bin
[ -x "$program" ] || program=$(command -v qgis)
mkdir "$profile/temporary"
export PYTHONPATH=$root/tools QT_QPA_PLATFORM=xcb
export TMPDIR=$profile/temporary # QGIS marks layers in the temporary folder as temporary

pictures() {
    xvfb-run -a -s "-screen 0 ${SCREENSHOT_SCREEN:-1400x900}x24" "$program" --nologo --noversioncheck --profiles-path "$1" \
        --code "$root/tools/screenshot.py" 2>"$profile/qgis.log" || { tail -n 20 "$profile/qgis.log" >&2; exit 1; }
}

if [ $# -gt 0 ]; then
    SCREENSHOT_SCENE=$(realpath "$1")
    SCREENSHOT_OUT=$(realpath -m "${2:-build/screenshot.png}")
    export SCREENSHOT_SCENE SCREENSHOT_OUT SCREENSHOT_STYLE=${3-wrapped}
    mkdir -p "$(dirname "$SCREENSHOT_OUT")"
    pictures "$profile/gui"
    ls -l "$SCREENSHOT_OUT"
    exit
fi

settings() { # PROFILE LINE…: makes a profile of QGIS with these settings
    mkdir -p "$1/profiles/default/QGIS"
    printf '%s\n' "${@:2}" >"$1/profiles/default/QGIS/QGIS3.ini"
}

page() { # HTML PNG HEIGHT
    "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,"$3" \
        --screenshot="$2" "file://$1" 2>>"$profile/qgis.log"
}

export SCREENSHOT_DOCS=$profile/pictures SCREENSHOT_SAMPLE=$root/resources/sample
export SCREENSHOT_PROJECT=$profile/project/gorkha.qgz
mkdir -p "$SCREENSHOT_DOCS" "$profile/project" docs/images
pictures "$profile/gui"
settings "$profile/gui-es" '[locale]' 'overrideFlag=true' 'userLocale=es'
SCREENSHOT_LANGUAGE=es pictures "$profile/gui-es"
# A display of twice the density, with the light and the dark theme
(
    export QT_SCALE_FACTOR=2 SCREENSHOT_SCREEN=2800x1800
    SCREENSHOT_PANEL=panel pictures "$profile/gui-dense"
    settings "$profile/gui-dark" '[UI]' 'UITheme=Night Mapping'
    SCREENSHOT_PANEL=panel-dark pictures "$profile/gui-dark"
)
film=$profile/film
mkdir -p "$film"
(unset SCREENSHOT_DOCS && SCREENSHOT_FILM=$film pictures "$profile/gui-film")
.venv/bin/python tools/screenshot_film.py "$film" docs/images/run.gif
chromium=$(command -v chromium || command -v chromium-browser || true)
if [ -n "$chromium" ]; then
    page "$SCREENSHOT_DOCS/report.html" "$SCREENSHOT_DOCS/report.png" 1010
    [ -e build/gorkha/hazard.html ] || PYTHONPATH='' tools/gorkha.sh
    page "$root/build/gorkha/hazard.html" "$SCREENSHOT_DOCS/hazard.png" 1010
    page "$root/build/gorkha/source.html" "$SCREENSHOT_DOCS/source.png" 1480
fi
.venv/bin/python tools/screenshot_shrink.py docs/images "$SCREENSHOT_DOCS"/*.png
ls -l docs/images/*.png docs/images/run.gif
