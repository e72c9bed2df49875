@testable import ServingCore

/// A router that only keeps links.
final class PathRouterView {
    var table: LinkTable

    init(_ settings: LinkTableSettings) { table = LinkTable(settings: settings) }
}
