internal import DaemonKit

/// What `batonctl certs rotate` did, and what is to be done next.
struct RotationReport: Encodable {
    enum Step: String, Encodable {
        case renewed
        case authorityMade = "authority_made"
        case authorityEnded = "authority_ended"
    }

    struct Renewed: Encodable {
        let name: String
        let roles: [String]
        let file: String
        let oldDaysLeft: Int
        let newDaysLeft: Int
        let oldSerial: String
        let newSerial: String
    }

    let step: Step
    var renewed: [Renewed] = []
    /// Certificates that stay as they are.
    var kept: [String] = []
    /// Below how many days a certificate was renewed; `nil` when that did not matter.
    var withinDays: Int?
    /// Serial numbers of the authorities in `ca.pem`, the one that issues first.
    var authorities: [String] = []
    /// What the operator does next, in order.
    var next: [String] = []

    init(_ step: Step) { self.step = step }

    /// For people.
    var text: String {
        var parts = [summary]
        if !renewed.isEmpty { parts.append(table) }
        if !next.isEmpty {
            let steps = next.enumerated().map { index, step in
                WrappedText.wrap("\(index + 1). \(step)", indent: 3)
            }
            parts.append((["Next:"] + steps).joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    private var summary: String {
        switch step {
        case .renewed:
            let others = kept.isEmpty ? "" : " \(Self.count(kept.count)) kept."
            guard renewed.isEmpty else { return "\(Self.count(renewed.count)) renewed.\(others)" }
            let limit = withinDays.map { " within \($0) days" } ?? ""
            return "Nothing to renew: no certificate ends\(limit).\(others)"
        case .authorityMade:
            return "A new authority issues from now on; ca.pem trusts the old one, too."
        case .authorityEnded:
            return "The old authority is trusted no longer."
        }
    }

    private var table: String {
        var table = TextTable(["NAME", "ROLES", "DAYS LEFT", "NOW", "FILE"])
        for row in renewed {
            table.add([
                row.name, row.roles.joined(separator: ","), "\(row.oldDaysLeft)", "\(row.newDaysLeft)",
                row.file,
            ])
        }
        return table.text
    }

    private static func count(_ count: Int) -> String {
        count == 1 ? "1 certificate" : "\(count) certificates"
    }
}
