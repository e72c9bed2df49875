import Foundation
import ServingTypes

@testable import Engine

/// Selection as its papers state it: double precision, one loop per sum, a sort.
///
/// It takes keys from the arena and each voting row's queries from a step of that row alone.
struct SelectionOracle {
    let engine: CPUEngine
    let prompt: [TokenID]
    let selection: KVSelection
    /// Rows that vote.
    let rows: Int

    private var shape: (heads: Int, kvHeads: Int, headDim: Int) {
        (engine.shape.headCount, engine.shape.kvHeadCount, engine.shape.headDim)
    }

    /// Kept positions: `[layer][kv head]`; the KV must be of type f32.
    func kept() throws -> [[[Int]]] {
        let table = Fixture.table(engine.layout, tokens: prompt.count)
        let spare = Fixture.table(engine.layout, tokens: prompt.count, first: table.count)
        let arena = try KVArena(layout: engine.layout, blockCount: 2 * table.count)
        let first = prompt.count - rows
        if first > 0 {
            let begin = StepSequence(tokens: prompt[..<first], position: 0, table: table, sample: nil)
            _ = try engine.step([begin], arena: arena) { _ in }
        }
        var queries: [[[Float]]] = []
        for position in first..<prompt.count {
            queries.append(try rowQueries(position, table: table, spare: spare, arena))
        }
        return (0..<engine.layout.layerCount).map { layer in
            (0..<shape.kvHeads).map { head in
                let votes = votes(layer, head, queries.map { $0[layer] }, first, table, arena)
                return positions(pooled(votes))
            }
        }
    }

    /// Rotated queries of one row in every layer: `[layer][heads × headDim]`.
    private func rowQueries(
        _ position: Int,
        table: [BlockIndex],
        spare: [BlockIndex],
        _ arena: KVArena
    ) throws -> [[Float]] {
        let everything = KVSelection(
            budgetTokens: position + 1,
            sinkTokens: 0,
            recentTokens: 1,
            queryTokens: 1,
            table: spare
        )
        let step = StepSequence(
            tokens: prompt[position...position],
            position: position,
            table: table,
            sample: nil,
            selection: everything
        )
        let (plan, workspace) = (StepPlan([step]), Workspace())
        workspace.reserve(for: plan, engine.shape)
        let pass = ForwardPass(engine: engine, plan: plan, batch: [step], arena: arena, workspace: workspace)
        var queries: [[Float]] = []
        let count = shape.heads * shape.headDim
        pass.run { _ in
            queries.append(Array(UnsafeBufferPointer(start: workspace.observedQuery.base, count: count)))
        }
        return queries
    }

    private func votes(
        _ layer: Int,
        _ kvHead: Int,
        _ queries: [[Float]],
        _ first: Int,
        _ table: [BlockIndex],
        _ arena: KVArena
    ) -> [Double] {
        let keys = prompt.indices.map { position in
            let bytes = Fixture.bytes(arena, table, layer: layer, kvHead: kvHead, index: position)
            return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self).prefix(shape.headDim)) }
        }
        let group = shape.heads / shape.kvHeads
        var votes = [Double](repeating: 0, count: prompt.count)
        for (row, query) in queries.enumerated() {
            for head in kvHead * group..<(kvHead + 1) * group {
                let part = query[head * shape.headDim..<(head + 1) * shape.headDim]
                let scores = (0...first + row).map { position in
                    zip(part, keys[position]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                        / Double(shape.headDim).squareRoot()
                }
                let highest = scores.max() ?? 0
                let weights = scores.map { exp($0 - highest) }
                let total = weights.reduce(0, +)
                for (position, weight) in weights.enumerated() { votes[position] += weight / total }
            }
        }
        return votes
    }

    private func pooled(_ votes: [Double]) -> [(position: Int, score: Double)] {
        let candidates = selection.sinkTokens..<prompt.count - selection.recentTokens
        let reach = selection.poolingTokens / 2
        return candidates.map { position in
            let window =
                max(
                    candidates.lowerBound,
                    position - reach
                )...min(
                    candidates.upperBound - 1,
                    position + reach
                )
            return (position, votes[window].max() ?? 0)
        }
    }

    private func positions(_ scored: [(position: Int, score: Double)]) -> [Int] {
        let count = selection.budgetTokens - selection.sinkTokens - selection.recentTokens
        let best = scored.sorted { ($1.score, $0.position) < ($0.score, $1.position) }.prefix(count)
        let recent = prompt.count - selection.recentTokens..<prompt.count
        return Array(0..<selection.sinkTokens) + best.map(\.position).sorted() + recent
    }
}
