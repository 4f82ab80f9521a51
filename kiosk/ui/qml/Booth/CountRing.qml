import QtQuick
import QtQuick.Shapes

// The countdown: a thin ring that closes and a quiet number inside. `part` is what is left, 1 to 0.
Item {
    id: root

    property int seconds: 0
    property real part: 1
    readonly property real thickness: Math.max(4, 5 * Theme.unit)

    implicitWidth: Math.round(200 * Theme.unit)
    implicitHeight: implicitWidth
    Accessible.role: Accessible.StaticText
    Accessible.name: seconds

    Rectangle {
        anchors.fill: parent
        radius: width / 2
        color: Theme.highContrast ? "#d9000000" : "#73201d1a"
    }
    Shape {
        anchors.fill: parent

        ShapePath {
            strokeColor: "#fbf9f3"
            strokeWidth: root.thickness
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap

            PathAngleArc {
                centerX: root.width / 2
                centerY: root.height / 2
                radiusX: root.width / 2 - root.thickness * 2
                radiusY: radiusX
                startAngle: -90
                sweepAngle: 360 * Math.max(0.001, Math.min(1, root.part))
            }
        }
    }
    Text {
        anchors.centerIn: parent
        text: root.seconds
        color: "#fbf9f3"
        font.family: Theme.serifFamily
        font.pixelSize: Math.round(root.width * 0.42)
        Accessible.ignored: true
    }
}
