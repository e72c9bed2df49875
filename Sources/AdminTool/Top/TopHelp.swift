/// What the keys of `batonctl top` do.
enum TopHelp {
    /// The line at the bottom.
    static let footer = "q quit  ? help  w l R pane  s sort  r reverse  p pause  + - interval  ↑ ↓ scroll"

    /// The page behind `?`; fits 80×24 below the header.
    static let lines = StyledLine.lines(
        """

          w  l  R        go to workers, links or requests; Tab goes round
          ↑ ↓  PgUp PgDn Home End     move in the list
          s  →  ←        sort by the next column, or the one before
          r              turn the order round
          p  Space       pause, and go on
          +  -           ask the router less or more often
          q  Ctrl-C      quit

        QUEUE is how long a long prompt would wait that comes now, STEP the next decode
        step as predicted, BLOCKS the KV blocks that no new request can take. NOW is
        what a link carried since the last look, RATE what it can carry.

        TTFT and TPOT are of the answers that ended lately. For one request in
        detail: batonctl explain REQUEST. Any key goes back.
        """
    )
}
