#!/usr/bin/env bash
# Pictures of the QGIS window, taken without a display.
#   tools/screenshot.sh                         all pictures of the documentation, into docs/images
#   tools/screenshot.sh SCENE OUT.png [STYLE]   one picture of a result; STYLE: wrapped, displacement or nothing
# The picture of the report needs Chromium; without it that picture stays as it is.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. tools/profile.sh
program=/usr/bin/qgis.bin
[ -x "$program" ] || program=$(command -v qgis)
mkdir "$profile/temporary"
export QT_QPA_PLATFORM=xcb TMPDIR=$profile/temporary # QGIS marks layers in the temporary folder as temporary

pictures() {
    xvfb-run -a -s "-screen 0 1400x900x24" "$program" --nologo --noversioncheck --profiles-path "$1" \
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

export SCREENSHOT_DOCS=$profile/pictures SCREENSHOT_SAMPLE=$root/resources/sample
mkdir -p "$SCREENSHOT_DOCS" docs/images
pictures "$profile/gui"
spanish=$profile/gui-es
mkdir -p "$spanish/profiles/default/QGIS"
printf '[locale]\noverrideFlag=true\nuserLocale=es\n' >"$spanish/profiles/default/QGIS/QGIS3.ini"
SCREENSHOT_LANGUAGE=es pictures "$spanish"
film=$profile/film
mkdir -p "$film"
(unset SCREENSHOT_DOCS && SCREENSHOT_FILM=$film pictures "$profile/gui-film")
.venv/bin/python tools/screenshot_film.py "$film" docs/images/run.gif
chromium=$(command -v chromium || command -v chromium-browser || true)
if [ -n "$chromium" ]; then
    "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,1010 \
        --screenshot="$SCREENSHOT_DOCS/report.png" "file://$SCREENSHOT_DOCS/report.html" 2>>"$profile/qgis.log"
fi
.venv/bin/python tools/screenshot_shrink.py docs/images "$SCREENSHOT_DOCS"/*.png
ls -l docs/images/*.png docs/images/run.gif
