import QtQuick

// For staff, in small words: why this booth serves nobody yet, and what to run. It goes on by itself then.
NoteWords {
    objectName: "enrolNote"
    words: qsTr("For staff: this booth is not enrolled at its bridge, or its enrolment was withdrawn. It goes on by itself after these two commands:") + "\nmemorial-booth bridge enrolment-code --role kiosk\nmemorial-booth kiosk enrol --code …"
    // A command is not broken at its hyphens.
    text: Theme.keepWords(words).replace(/-/g, "\u2060-\u2060")
}
