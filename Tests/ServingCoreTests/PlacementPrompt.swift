import ServingCore
import ServingTypes

/// A request of a test, whose prefix holders go by name.
@dynamicMemberLookup struct PlacementPrompt: Sendable {
    var request: PlacementRequest
    /// Leading KV blocks that each worker is believed to hold.
    var hitBlocks: [WorkerID: Int] = [:]

    init(tokens: Int, capacityTokens: Int) {
        request = PlacementRequest(tokens: tokens, capacityTokens: capacityTokens)
    }

    subscript<Value>(dynamicMember path: WritableKeyPath<PlacementRequest, Value>) -> Value {
        get { request[keyPath: path] }
        set { request[keyPath: path] = newValue }
    }

    /// The request with the holders' places, in the order of a dictionary.
    func resolved(in cluster: ClusterSnapshot) -> PlacementRequest {
        var request = request
        request.hits = hitBlocks.compactMap { worker, blocks in
            cluster.place(of: worker).map { PrefixHit(place: $0, blocks: blocks) }
        }
        return request
    }
}

extension Placement {
    func place(_ prompt: PlacementPrompt, in cluster: ClusterSnapshot) -> [ScoredPlan] {
        Array(place(prompt.resolved(in: cluster), in: cluster))
    }

    func decide(_ prompt: PlacementPrompt, in cluster: ClusterSnapshot, turn: PlacementTurn)
        -> PlacementDecision
    {
        decide(prompt.resolved(in: cluster), in: cluster, turn: turn)
    }

    func obstacle(to prompt: PlacementPrompt, in cluster: ClusterSnapshot) -> PlacementObstacle? {
        obstacle(to: prompt.resolved(in: cluster), in: cluster)
    }
}
