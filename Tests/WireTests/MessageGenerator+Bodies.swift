import ServingTypes
import Wire

extension MessageGenerator {
    mutating func hello() -> Hello {
        var hello = Hello(
            purpose: pick(ConnectionPurpose.allCases),
            kind: pick(PeerKind.allCases),
            name: name(),
            incarnation: boot(),
            cluster: name()
        )
        guard hello.kind == .worker || flag() else { return hello }
        hello.modelDigest = bits()
        hello.layout = KVLayout(
            layerCount: int(1...1_024),
            kvHeadCount: int(1...4_096),
            headDim: int(1...65_536),
            type: pick(KVType.allCases),
            blockTokens: 1 << int(0...12)
        )
        hello.numericsClass = name()
        hello.codecs = list(1...16) { $0.name() }
        hello.listener = Hello.Listener(host: name(), port: UInt16(int(1...65_535)))
        return hello
    }

    private mutating func cost() -> CostCoefficients {
        var cost = CostCoefficients()
        cost.a = real(0...1)
        cost.b = real(0...1)
        cost.d = real(0...1e-3)
        cost.m = real(0...1)
        cost.e = real(0...1)
        cost.f = real(0...1)
        cost.g = real(0...1e6)
        return cost
    }

    mutating func registration() -> WorkerRegistration {
        WorkerRegistration(
            address: address(),
            role: pick(WorkerRole.allCases),
            modelName: name(),
            contextTokens: int(1...(1 << 30)),
            blockCount: int(1...Int(UInt32.max)),
            cost: cost(),
            maxRunning: int(1...65_536),
            site: flag() ? "" : name(),
            codecs: list(0...16) { generator in
                KVCodecRate(
                    codec: generator.pick(KVCodec.allCases),
                    encodeBytesPerSecond: generator.real(1e-300...1e300),
                    decodeBytesPerSecond: generator.real(1e-300...1e300),
                    sizeRatio: generator.real(1e-300...2)
                )
            }
        )
    }

    mutating func load() -> LoadReport {
        var report = LoadReport(
            sequence: word(),
            isFull: flag(),
            waiting: count(),
            running: count(),
            queuedTokens: count(),
            blocks: gauges(),
            isDraining: flag(),
            progress: word(),
            paths: list(0...5) { $0.path() },
            addedBlocks: list(0...9) { BlockHash(rawValue: $0.bits()) },
            removedBlocks: list(0...9) { BlockHash(rawValue: $0.bits()) }
        )
        report.queuedSeconds = real(0...1e9)
        report.shortQueuedSeconds = real(0...1e9)
        report.shortTokens = count()
        report.stepTokens = count()
        report.yieldSeconds = real(0...1e9)
        report.decoding = count()
        report.contextTokens = count()
        report.expectedGrowth = count()
        report.fittedCost = maybe(cost())
        return report
    }

    private mutating func terms() -> ServiceTerms {
        var terms = ServiceTerms()
        terms.priority = pick(RequestPriority.allCases)
        terms.tenant = TenantTag(rawValue: word())
        terms.weight = int(1...ServiceTerms.maxWeight)
        terms.ttftLimit = maybe(.microseconds(int(1...1_000_000_000)))
        terms.tpotLimit = maybe(.microseconds(int(1...1_000_000_000)))
        terms.expectedOutput = maybe(int(1...100_000))
        terms.isBeyondShare = pick([false, true])
        return terms
    }

    private mutating func sampling() -> SamplingParameters {
        var sampling = SamplingParameters()
        sampling.temperature = float(0...100)
        sampling.topP = float(0...1)
        sampling.topK = int(0...Int(Int32.max))
        sampling.minP = float(0...1)
        sampling.presencePenalty = float(-2...2)
        sampling.frequencyPenalty = float(-2...2)
        let tokens = Set(list(0...20) { UInt32(truncatingIfNeeded: $0.word()) }).sorted()
        sampling.logitBias = tokens.map { LogitBias(token: $0, bias: float(-100...100)) }
        sampling.seed = word()
        sampling.choiceIndex = UInt32(int(0...65_535))
        sampling.topLogprobs = maybe(int(0...20))
        sampling.maxTokens = int(1...(1 << 20))
        sampling.endTokens = list(0...64) { UInt32(truncatingIfNeeded: $0.word()) }
        return sampling
    }

    mutating func assignment() -> Assignment {
        let tokens = list(1...300) { UInt32(truncatingIfNeeded: $0.word()) }
        let parts: [Assignment.Part] = [.prefill(handOffTo: address()), .decode(from: worker()), .whole]
        var assignment = Assignment(
            attempt: attempt(),
            part: pick(parts),
            tokens: tokens,
            promptTokens: int(1...tokens.count),
            sampling: sampling(),
            hashKey: BlockHashKey(rawValue: bits()),
            grant: grant(),
            lease: .milliseconds(int(1...86_400_000))
        )
        assignment.codec = pick(KVCodec.allCases)
        assignment.acceptsLossy = flag()
        assignment.budget = maybe(budget())
        assignment.fetch = maybe(KVFetchPlan(source: address(), blockCount: int(1...(1 << 20))))
        assignment.terms = terms()
        assignment.preemptions = int(0...1_000)
        return assignment
    }

    mutating func budget() -> KVBudget {
        let (sinks, recents) = (int(0...1_000), int(0...1_000))
        return KVBudget(
            tokens: int(sinks + recents + 1...(1 << 20)),
            sinkTokens: sinks,
            recentTokens: recents
        )
    }

    mutating func answer() -> AssignmentAnswer {
        AssignmentAnswer(attempt: attempt(), refusal: maybe(failure()), retryAfter: maybe(duration()))
    }

    mutating func token(withLogprobs: Bool) -> SampledToken {
        var token = SampledToken(id: UInt32(truncatingIfNeeded: word()))
        guard withLogprobs else { return token }
        token.logprob = maybe(float(-100...0))
        token.top = list(0...20) {
            SampledToken.Logprob(token: UInt32(truncatingIfNeeded: $0.word()), value: $0.float(-100...0))
        }
        return token
    }

    mutating func tokenBatch() -> TokenBatch {
        let withLogprobs = flag()
        return TokenBatch(
            attempt: attempt(),
            firstIndex: int(0...65_536),
            tokens: list(1...20) { $0.token(withLogprobs: withLogprobs) },
            finish: pick([nil, .stop, .length])
        )
    }

    mutating func held() -> KVHeld {
        KVHeld(
            transfer: transfer(),
            heldBlocks: int(0...65_536),
            creditBytes: count(),
            landedThrough: flag() ? 0 : chunkNumber(),
            isStalled: flag()
        )
    }

    mutating func fetch() -> KVFetch {
        KVFetch(
            attempt: attempt(),
            grant: grant(),
            firstBlock: int(0...65_536),
            acceptsLossy: flag(),
            codec: pick(KVCodec.allCases),
            lease: .milliseconds(int(1...86_400_000)),
            hashes: list(1...40) { BlockHash(rawValue: $0.bits()) }
        )
    }

    mutating func chunk() -> KVChunk {
        KVChunk(
            transfer: transfer(),
            grant: grant(),
            number: chunkNumber(),
            firstLayer: int(0...512),
            layerCount: int(1...512),
            firstBlock: int(0...65_536),
            blockCount: int(1...65_536),
            codec: pick(KVCodec.allCases),
            checksum: UInt32(truncatingIfNeeded: word()),
            endsBurst: flag()
        )
    }

    /// What one frame may hold: of one transfer, with one grant and one codec.
    mutating func chunks() -> [KVChunk] {
        let first = chunk()
        return list(1...64) { generator in
            var chunk = generator.chunk()
            (chunk.transfer, chunk.grant, chunk.codec) = (first.transfer, first.grant, first.codec)
            return chunk
        }
    }

    mutating func drainReply() -> DrainReply {
        DrainReply(
            worker: WorkerID(rawValue: name()),
            isDraining: flag(),
            owed: DrainStatus(requests: count(), leases: count()),
            failure: maybe(failure())
        )
    }

    mutating func decision() -> DecisionReply {
        flag() ? .unknown(failure()) : .known(#"{"verdict":"\#(name())"}"#)
    }

    mutating func cacheFlush() -> CacheFlush { CacheFlush(droppedBlocks: count(), keptBlocks: count()) }

    mutating func documentReply() -> DocumentReply {
        flag() ? .failure(failure()) : .document(#"{"router":"\#(name())"}"#)
    }

    mutating func workerOrderReply() -> WorkerOrderReply {
        WorkerOrderReply(
            worker: WorkerID(rawValue: name()),
            failure: maybe(failure()),
            requests: count(),
            flushed: maybe(cacheFlush())
        )
    }
}
