pragma Singleton
import QtQuick

// The look of the booth in one place: warm paper, ink, one muted pine green. Main sets the five inputs
// below; every size and colour follows from them, so large text, contrast and reach switch live.
QtObject {
    id: theme

    // Inputs.
    property real windowWidth: 1080
    property real windowHeight: 1920
    property real textScale: 1
    property bool highContrast: false
    property bool lowReach: false
    property string serifFamily: "NanumMyeongjo"
    property string sansFamily: "NanumGothic"

    readonly property bool portrait: windowHeight > windowWidth

    // One unit is one pixel of a screen 1080 px wide (its shorter side).
    readonly property real unit: Math.max(0.72, Math.min(windowWidth, windowHeight) / 1080)

    readonly property color paper: highContrast ? "#000000" : "#f5f1e8"
    readonly property color sheet: highContrast ? "#141414" : "#fcfaf5"
    readonly property color ink: highContrast ? "#ffffff" : "#25221e"
    readonly property color inkSoft: highContrast ? "#f0ede6" : "#5c554b"
    // What stands in an empty field until something is written there, and must not look written.
    readonly property color hint: highContrast ? "#b3aea4" : "#6f6558"
    readonly property color line: highContrast ? "#ffffff" : "#d8cfbf"
    readonly property color lineStrong: highContrast ? "#ffffff" : "#85796a"
    readonly property color accent: highContrast ? "#ffd95e" : "#3c584d"
    readonly property color accentPressed: highContrast ? "#fff0b8" : "#2c4339"
    readonly property color accentWash: highContrast ? "#2e2a17" : "#e6e9df"
    readonly property color accentText: highContrast ? "#000000" : "#fbf9f3"
    readonly property color veil: highContrast ? "#e6000000" : "#d925221e"

    // Text sizes in px. Titles are large already, so they grow half as fast as the text that is read.
    readonly property real titleScale: 1 + (textScale - 1) * 0.45
    readonly property int displayPx: Math.round(80 * unit * titleScale)
    readonly property int titlePx: Math.round(56 * unit * titleScale)
    readonly property int headingPx: Math.round(38 * unit * titleScale)
    readonly property int bodyPx: Math.round(Math.max(23, 31 * unit) * textScale)
    readonly property int notePx: Math.round(Math.max(20, 26 * unit) * textScale)
    readonly property int barPx: Math.round(Math.max(20, 26 * unit) * Math.min(textScale, 1.2))
    readonly property int keyPx: Math.round(Math.max(30, 38 * unit) * Math.min(textScale, 1.3))

    // Touch targets are never smaller than 88 px, whatever the screen.
    readonly property int target: Math.round(Math.max(88, 100 * unit))
    readonly property int hairline: highContrast ? 3 : Math.max(1, Math.round(1.5 * unit))
    readonly property int corner: Math.round(6 * unit)

    readonly property int gapXs: Math.round(8 * unit)
    readonly property int gapS: Math.round(16 * unit)
    readonly property int gapM: Math.round(28 * unit)
    readonly property int gapL: Math.round(48 * unit)
    readonly property int gapXl: Math.round(80 * unit)
    readonly property int margin: Math.round((portrait ? 76 : 64) * unit)

    readonly property int calm: 420

    // Korean is broken between words, not inside them: a word joiner goes between a syllable and its neighbours,
    // also where the neighbour is a number or a bracket.
    function keepWords(words: string): string {
        return words.replace(/([\uac00-\ud7a3])(?=\S)|(\S)(?=[\uac00-\ud7a3])/g, "$1$2\u2060")
    }
}
