import ServingTypes
import Testing

extension ClusterTests {
    /// However requests end, every block is free again and the cluster serves on.
    @Suite struct AccountingTests {
        @Test func `a client killed in the middle of its stream frees every block`() throws {
            let slow = PacedPace(prefillToken: 0.001, decodeStep: 0.02)
            try TestCluster.run(.separate(.paced(slow))) { cluster in
                let client = try cluster.client
                let decoding = try client.stream(.random(100, seed: 1, maxTokens: 500))
                try decoding.waitForTokens(5)
                let decode = try cluster.worker("decode-1")
                #expect(
                    try cluster.metrics(of: decode).value("baton_kv_blocks", ["state": "running"]) ?? 0 > 0
                )
                decoding.abort()
                try cluster.waitUntilIdle()
                // Once more, while the prompt is still computed and its blocks are reserved at the other end.
                let prefilling = try client.stream(.random(2_000, seed: 2, maxTokens: 500))
                _ = try cluster.busyWorker(.prefill)
                prefilling.abort()
                try cluster.waitUntilIdle()
                #expect(try client.generate(.random(50, seed: 3)).only.tokens.count == 16)
            }
        }

        @Test func `an answer of one token never reaches the decode worker and owes it nothing`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let client = try cluster.client
                for seed in 0..<20 {
                    let call = GenerationCall.random(40 * seed + 1, seed: UInt64(seed), maxTokens: 1)
                    let answer = try client.generate(call)
                    #expect(answer.only.tokens.count == 1)
                    #expect(answer.only.finish == "length")
                }
                try cluster.waitUntilIdle()
            }
        }

        @Test func `a full cluster says so with 429 and serves again afterwards`() throws {
            var plan = ClusterPlan.separate(.paced(PacedPace(decodeStep: 0.01)))
            plan.router.merge(["requests.max_waiting": "2"]) { $1 }
            plan.workers = ["kv_cache.block_count": "32"]
            plan.workers["kv_cache.memory"] = "null"
            try TestCluster.run(plan) { cluster in
                let client = try cluster.client
                // Each needs 20 of 32 blocks: one runs, two wait, the others are refused.
                let crowd = Crowd(10, width: 10) { index in
                    try client.send(.random(200, seed: UInt64(index), maxTokens: 120))
                }
                let responses = try crowd.finish()
                let refused = responses.filter { $0.status == 429 }
                let served = responses.filter { $0.status == 200 }
                #expect(served.count >= 3, "\(responses.map(\.status))")
                #expect(
                    refused.count >= 1 && served.count + refused.count == 10,
                    "\(responses.map(\.status))"
                )
                for response in refused {
                    #expect(Int(response.headers["retry-after"] ?? "") ?? 0 >= 1, "\(response.headers)")
                    #expect(String(decoding: response.body, as: UTF8.self).contains("no_capacity"))
                }
                try cluster.waitUntilIdle()
                for seed in 20..<23 {
                    let answer = try client.generate(.random(200, seed: UInt64(seed), maxTokens: 20))
                    #expect(answer.only.tokens.count == 20)
                }
                try cluster.waitUntilIdle()
            }
        }

        @Test func `too many requests at a time are refused at the door`() throws {
            var plan = ClusterPlan.separate(.paced(PacedPace(decodeStep: 0.02)))
            plan.router["http.max_concurrent_requests"] = "1"
            try TestCluster.run(plan) { cluster in
                let client = try cluster.client
                let stream = try client.stream(.random(50, seed: 1, maxTokens: 60))
                try stream.waitForTokens(2)
                let second = try client.send(.random(50, seed: 2))
                #expect(second.status == 429)
                #expect(second.headers["retry-after"] == "1")
                #expect(try stream.finish().only.tokens.count == 60)
                #expect(try client.generate(.random(50, seed: 2)).only.tokens.count == 16)
            }
        }

        @Test func `forty mixed requests on two and two workers are all answered right`() throws {
            let pace = PacedPace(prefillToken: 0.000_1, decodeStep: 0.004)
            var plan = ClusterPlan.separate(.paced(pace), prefill: 2, decode: 2)
            plan.router["placement.local_prefill"] = "true"
            try TestCluster.run(plan) { cluster in
                let client = try cluster.client
                let calls = (0..<40).map { index in
                    var call = GenerationCall.random(
                        1 + index * index,
                        seed: UInt64(index),
                        maxTokens: 1 + index * 7 % 50
                    )
                    call.temperature = index % 3 == 0 ? 0 : 1
                    return call
                }
                let crowd = Crowd(calls.count, width: 40) { index in
                    // A few clients lose patience; the others must not notice.
                    if index % 10 == 9 {
                        let stream = try client.stream(calls[index])
                        try stream.waitForTokens(1)
                        stream.abort()
                        return Answer()
                    }
                    return index % 2 == 0
                        ? try client.generate(calls[index]) : try client.stream(calls[index]).finish()
                }
                let crowded = try crowd.finish()
                try cluster.waitUntilIdle()
                let calm = try Crowd(calls.count, width: 6) { try client.generate(calls[$0]) }.finish()
                for (index, call) in calls.enumerated() where index % 10 != 9 {
                    #expect(calm[index].only.tokens.count == call.maxTokens)
                    #expect(crowded[index].says(calm[index]), "request \(index)")
                }
                try cluster.waitUntilIdle()
                let router = try cluster.metrics(of: cluster.router)
                #expect(router.value("baton_failed_attempts_total") == 0)
                #expect(router.value("baton_inconsistent_messages_total") == 0)
            }
        }
    }
}
