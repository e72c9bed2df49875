internal import ServingCore
internal import ServingTypes
internal import Transport

/// The connections of a worker to its routers.
struct RouterLinks: Sendable {
    typealias Place = (host: String, port: UInt16)

    private struct Router: Sendable {
        var place: Place
        /// Set once the link is greeted.
        var key: RouterKey?
        var isRegistered = false
    }

    private var routers: [ConnectionID: Router] = [:]
    private var links: [RouterKey: ConnectionID] = [:]
    private var keyCount: UInt64 = 0
    /// Failed dials since the last success, by `host:port`.
    private var failures: [String: Int] = [:]

    /// Links of all routers that want load reports, in the order in which they were made.
    var registered: [ConnectionID] { routers.filter { $0.value.isRegistered }.keys.sorted() }

    /// Links of all routers that were greeted, whether they want load reports yet or not, in the same order.
    var greeted: [ConnectionID] { routers.filter { $0.value.key != nil }.keys.sorted() }

    func link(of key: RouterKey) -> ConnectionID? { links[key] }

    func key(of link: ConnectionID) -> RouterKey? { routers[link]?.key }

    mutating func dialed(_ link: ConnectionID, _ place: Place) { routers[link] = Router(place: place) }

    mutating func opened(_ link: ConnectionID) {
        guard routers[link] != nil else { return }
        keyCount += 1
        let key = RouterKey(rawValue: keyCount)
        routers[link]?.key = key
        links[key] = link
    }

    /// The router took the worker in: one that greets and then refuses is a failure.
    mutating func registered(_ link: ConnectionID) {
        guard let place = routers[link]?.place else { return }
        routers[link]?.isRegistered = true
        failures[Self.name(place)] = nil
    }

    /// Forgets a link; `nil` if it did not lead to a router.
    mutating func closed(_ link: ConnectionID) -> (key: RouterKey?, place: Place)? {
        guard let router = routers.removeValue(forKey: link) else { return nil }
        if let key = router.key { links[key] = nil }
        return (router.key, router.place)
    }

    /// The pause before the next dial: doubled with each failure in a row.
    mutating func nextDelay(_ place: Place, from minimum: Duration, to maximum: Duration) -> Duration {
        let count = failures[Self.name(place), default: 0]
        failures[Self.name(place)] = count + 1
        return min(maximum, minimum * (1 << min(count, 16)))
    }

    private static func name(_ place: Place) -> String { "\(place.host):\(place.port)" }
}
