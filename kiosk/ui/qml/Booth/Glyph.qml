import QtQuick
import QtQuick.Shapes

// Line drawings on a 24 x 24 grid, so that no icon font is needed.
Item {
    id: root

    property string shape: ""
    property color tint: Theme.ink
    property real weight: 1.7

    readonly property var paths: ({
            "backspace": "M9 5 H21 V19 H9 L3 12 Z M12.5 9.5 L17.5 14.5 M17.5 9.5 L12.5 14.5",
            "shift": "M12 4 L20 12.5 H15.5 V19 H8.5 V12.5 H4 Z",
            "enter": "M20 5 V13 H5 M9.5 8.5 L5 13 L9.5 17.5",
            "space": "M4 10 V15 H20 V10",
            "play": "M8 5 L19 12 L8 19 Z",
            "stop": "M7 7 H17 V17 H7 Z",
            "check": "M5 12.5 L10 17.5 L19.5 7",
            "back": "M15 5 L8 12 L15 19",
            "lower": "M12 4 V15 M7 10.5 L12 15.5 L17 10.5 M5 20 H19"
        })

    implicitWidth: Math.round(36 * Theme.unit)
    implicitHeight: implicitWidth

    Shape {
        anchors.centerIn: parent
        width: 24
        height: 24
        scale: Math.min(root.width, root.height) / 24

        ShapePath {
            strokeColor: root.tint
            strokeWidth: root.weight
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin

            PathSvg {
                path: root.paths[root.shape] ?? ""
            }
        }
    }
}
