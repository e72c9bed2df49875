internal import DaemonKit
internal import ServingTypes

extension TopColumn where Row == TopLink {
    /// What `batonctl top` says of paths.
    static func links(width: Int) -> [TopColumn] {
        let nameWidth = width >= 120 ? 30 : 14
        return [
            TopColumn(title: "FROM", width: 12, isRight: false) {
                ($0.link.from, style($0))
            } key: {
                .name($0.link.from + " " + $0.link.to)
            },
            text("TO", nameWidth) { $0.link.to },
            rate("NOW", 10) { $0.now ?? 0 },
            rate("RATE", 10) { $0.link.bytesPerSecond ?? 0 },
            rate("EXPECTED", 10, minimum: 120) { $0.link.expectedBytesPerSecond ?? 0 },
            text("SOURCE", 9, minimum: 120) { $0.link.source.rawValue },
            TopColumn(title: "FLIGHT", width: 8) {
                (Quantities.short(Double($0.link.inFlightBytes)), .plain)
            } key: {
                .number(Double($0.link.inFlightBytes))
            },
            milliseconds("RTT", 7, minimum: 80) { $0.link.roundTripMs },
            TopColumn(title: "STATE", width: 9, isRight: false) {
                (state($0), style($0))
            } key: {
                .text(state($0))
            },
        ]
    }

    private static func style(_ row: TopLink) -> TerminalStyle { row.link.degraded ? .red : .plain }

    private static func state(_ row: TopLink) -> String {
        row.link.degraded ? "degraded" : row.link.backlogged ? "full" : row.isNotable ? "busy" : "idle"
    }

    private static func rate(
        _ title: String,
        _ width: Int,
        minimum: Int = 0,
        _ value: @escaping (TopLink) -> Double
    ) -> TopColumn {
        TopColumn(title: title, width: width, minimum: minimum) {
            (Quantities.shortRate(value($0)), .plain)
        } key: {
            .number(value($0))
        }
    }
}
