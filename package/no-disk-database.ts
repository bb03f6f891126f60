/** In place of `level`, the database on disk that dynalite could use: ours is in memory, and `level` needs a native build. */

export class Level {
  constructor() {
    throw new Error('The package has a database in memory only.');
  }
}
