<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context><name>QuakeFringe</name>
<message><source>0: left-lateral, 90: reverse, −90: normal, 180: right-lateral. Empty: 90.</source><translation>0: sinestral, 90: inversa, −90: normal, 180: dextral. Vacío: 90.</translation></message>
<message><source>1 box of an earthquake</source><translation>1 recuadro de terremoto</translation></message>
<message><source>1 box of other deformation</source><translation>1 recuadro de otra deformación</translation></message>
<message><source>1 of 3. This is a simulated Sentinel-1 interferogram of the 2015 Gorkha earthquake. One turn of the colours is one fringe: 2.8 cm towards or away from the satellite. Below you see what was understood of the file. Press “Detect earthquakes”.</source><translation>1 de 3. Este es un interferograma simulado de Sentinel-1 del terremoto de Gorkha de 2015. Una vuelta de los colores es una franja: 2,8 cm hacia el satélite o en sentido contrario. Abajo se ve lo que se ha entendido del archivo. Pulse «Detectar terremotos».</translation></message>
<message><source>2 of 3. Windows of all sizes go through the network. A first look comes within seconds; the search then refines it. You can go on working in QGIS.</source><translation>2 de 3. Ventanas de todos los tamaños pasan por la red. Una primera impresión llega en segundos; después la búsqueda la afina. Puede seguir trabajando en QGIS.</translation></message>
<message><source>3 of 3. The card gives the verdict. Choose a box to zoom to it, or open the report. The result is listed at the end of the panel, to be reopened tomorrow.</source><translation>3 de 3. La tarjeta muestra el veredicto. Elija un recuadro para acercar el mapa o abra el informe. El resultado queda en la lista al final del panel y puede volver a abrirse mañana.</translation></message>
<message><source>&lt;p&gt;Checks everything that QuakeFringe depends on: QGIS, Python, numpy and its BLAS, GDAL and its HDF5 and netCDF drivers, the inference backends with their time per window, and the model with its hash. Each problem is listed with its remedy.&lt;/p&gt; &lt;p&gt;Please add this text when you report a problem.&lt;/p&gt;</source><translation>&lt;p&gt;Comprueba todo aquello de lo que depende QuakeFringe: QGIS, Python, numpy y su BLAS, GDAL y sus controladores HDF5 y netCDF, los motores de inferencia con su tiempo por ventana y el modelo con su hash. Cada problema aparece con su remedio.&lt;/p&gt; &lt;p&gt;Añada este texto cuando informe de un problema.&lt;/p&gt;</translation></message>
<message><source>&lt;p&gt;Combines two or more interferograms of one event, from different directions, into vertical and east displacement with their uncertainty. Radar satellites hardly see motion to the north: with two looks, north is fixed to zero, and the uncertainty contains what that neglects. With three looks north is solved where they resolve it.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Looks&lt;/b&gt;: unwrapped phase or displacement of any product; wrapped phase is unwrapped first, with a warning. &lt;b&gt;Headings&lt;/b&gt; and &lt;b&gt;Incidence angles&lt;/b&gt;: only for files without look vectors, one number a look, with spaces between; &lt;i&gt;nan&lt;/i&gt; keeps the product's. &lt;b&gt;Source estimate&lt;/b&gt;: its north motion is taken instead of zero.&lt;/p&gt;</source><translation>&lt;p&gt;Combina dos o más interferogramas de un evento, desde direcciones distintas, en desplazamiento vertical y al este con su incertidumbre. Los satélites radar apenas ven el movimiento al norte: con dos vistas, el norte se fija en cero y la incertidumbre incluye lo que eso desprecia. Con tres vistas se resuelve el norte donde lo permiten.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Vistas&lt;/b&gt;: fase desenvuelta o desplazamiento de cualquier producto; la fase envuelta se desenvuelve antes, con una advertencia. &lt;b&gt;Rumbos de vuelo&lt;/b&gt; y &lt;b&gt;Ángulos de incidencia&lt;/b&gt;: solo para archivos sin vectores de visión, un número por vista, separados por espacios; &lt;i&gt;nan&lt;/i&gt; conserva el del producto. &lt;b&gt;Estimación de la fuente&lt;/b&gt;: se toma su movimiento al norte en vez de cero.&lt;/p&gt;</translation></message>
<message><source>&lt;p&gt;Describes what an earthquake did to the ground, and who lives there: zones of uplift and subsidence with areas, tilt and strain with the levels at which buildings suffer, the fault and its distance to every place, shaking as a modelled intensity, and people, settlements, buildings and roads in each of them.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Displacement&lt;/b&gt;: vertical displacement in metres, as &lt;i&gt;Decompose looks into up and east&lt;/i&gt; writes it, or that folder; or one interferogram with &lt;b&gt;One look&lt;/b&gt;. &lt;b&gt;Source estimate&lt;/b&gt;: the JSON of the estimate; or the fault in numbers under Advanced Parameters. Every other input is optional. The intensity is a model, not a measurement.&lt;/p&gt;</source><translation>&lt;p&gt;Describe qué hizo un terremoto con el terreno y quién vive allí: zonas de levantamiento y subsidencia con sus áreas, inclinación y deformación con los niveles a los que sufren los edificios, la falla y su distancia a cada lugar, la sacudida como intensidad modelada, y las personas, poblaciones, edificios y carreteras en cada zona.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Desplazamiento&lt;/b&gt;: desplazamiento vertical en metros, como lo escribe &lt;i&gt;Descomponer vistas en vertical y este&lt;/i&gt;, o esa carpeta; o un interferograma con &lt;b&gt;Una vista&lt;/b&gt;. &lt;b&gt;Estimación de la fuente&lt;/b&gt;: el JSON de la estimación; o la falla en números, en Parámetros avanzados. Todas las demás entradas son opcionales. La intensidad es un modelo, no una medida.&lt;/p&gt;</translation></message>
<message><source>&lt;p&gt;Detects ground deformation by earthquakes in a SAR interferogram with a small Vision Transformer. It searches windows of all scales, from about 20 km to the whole scene. QuakeFringe needs no other software.&lt;/p&gt; &lt;p&gt;The verdict answers two questions. Does the ground deform: &lt;b&gt;present&lt;/b&gt;, &lt;b&gt;absent&lt;/b&gt; or &lt;b&gt;uncertain&lt;/b&gt;, with a calibrated probability? If it does, is the cause an earthquake or another source (volcano, subsidence, landslide), or can the model not tell?&lt;/p&gt; &lt;h3&gt;Input&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Interferogram&lt;/b&gt;: wrapped or unwrapped phase, complex values or line-of-sight displacement; a raster layer, or the path of a product's file, folder or archive. If you set the CRS, an additional nodata value or the band of a layer in QGIS, detection uses them. Several paths, separated by semicolons, are joined as frames of one track and pass. &lt;b&gt;Band&lt;/b&gt;: for files with several bands. &lt;b&gt;What the values are&lt;/b&gt;: &lt;i&gt;auto&lt;/i&gt; decides from the product's name, tags and values (&lt;i&gt;displacement&lt;/i&gt; is in metres; choose &lt;i&gt;displacement_cm&lt;/i&gt; or &lt;i&gt;displacement_mm&lt;/i&gt; for other units). &lt;b&gt;Wavelength&lt;/b&gt;: of the radar, in metres (Sentinel-1: 0.0555); required for displacement of an unknown sensor. &lt;b&gt;Elevation model&lt;/b&gt;: heights in metres, in any CRS and resolution; if you set the CRS of its layer in QGIS, detection uses it; empty for the product's own, if it has one. The model takes the heights as an input channel, because tropospheric delay often follows the relief. &lt;b&gt;Extent&lt;/b&gt;: searches only this part of the scene, in any CRS.&lt;/p&gt; &lt;h3&gt;Advanced&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Lowest probability&lt;/b&gt;: an earthquake is called present from this probability; empty for the model's own threshold. &lt;b&gt;Number of scales&lt;/b&gt;: searches only the N coarsest scales; empty for all. &lt;b&gt;Backend&lt;/b&gt;: &lt;i&gt;auto&lt;/i&gt; uses onnxruntime if QGIS' Python has it, and numpy otherwise. &lt;b&gt;Lowest coherence&lt;/b&gt;: ignores pixels of lower coherence if the product has a coherence layer; 0 keeps all. &lt;b&gt;Unit&lt;/b&gt; and &lt;b&gt;Motion with positive values&lt;/b&gt;: replace the unit and the sign that the file states. &lt;b&gt;Product&lt;/b&gt;: &lt;i&gt;plain&lt;/i&gt; reads a plain raster, whatever product its name suggests. &lt;b&gt;Pixel size&lt;/b&gt;: for rasters without a coordinate system. &lt;b&gt;Dates of the two acquisitions&lt;/b&gt;: if the file does not say them, or says them wrongly. &lt;b&gt;Layer&lt;/b&gt;: of a product with several, such as &lt;i&gt;frequencyB&lt;/i&gt; or &lt;i&gt;VV&lt;/i&gt;. &lt;b&gt;Cells of a table of points&lt;/b&gt;: their size in metres; empty for 100. &lt;b&gt;Date&lt;/b&gt;: date or pair of a time series, such as &lt;i&gt;20200101_20200113&lt;/i&gt;; empty for the largest step. &lt;b&gt;Corrections&lt;/b&gt;: corrections that the product contains but does not apply, such as &lt;i&gt;ionosphere&lt;/i&gt; or &lt;i&gt;solid_earth_tides&lt;/i&gt;, separated by commas; &lt;i&gt;all&lt;/i&gt; for all of them, empty for none. &lt;b&gt;More frames&lt;/b&gt;: files of the same track and pass, which are joined to the interferogram.&lt;/p&gt; &lt;h3&gt;Earthquakes and faults nearby&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Earthquake catalogue&lt;/b&gt;: a file (QuakeML, FDSN text, USGS GeoJSON or CSV, ISC CSV, GCMT ndk) or any point layer with magnitudes, such as one of QQuake. Detection names the event that fits each box, with the change that it should have caused, and reports the probability with and without the catalogue. &lt;b&gt;Tolerance&lt;/b&gt;: days before the first and after the last acquisition in which events count as well. &lt;b&gt;Fields&lt;/b&gt;: names of the layer's fields where they are unusual, such as &lt;i&gt;magnitude=M_best, time=Origin&lt;/i&gt;. &lt;b&gt;Faults&lt;/b&gt;: a line layer; the nearest fault to each box is named. Neither faults nor volcanoes change a probability.&lt;/p&gt; &lt;h3&gt;Results&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Results folder&lt;/b&gt;: the heatmap, the boxes, the report and the result go to a new folder in this one, named after the scene and the time; files with a name of their own go where it says. In batch mode fill in this column: the columns of the files stay blank then. The advanced columns appear with the button &lt;i&gt;Toggle advanced mode&lt;/i&gt;.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Heatmap&lt;/b&gt;: GeoTIFF with values from 0 to 1 in the scene's CRS. &lt;b&gt;Boxes&lt;/b&gt;: GeoPackage with probability, size, centre, peak line-of-sight change and number of fringes. &lt;b&gt;Report&lt;/b&gt;: one HTML file. &lt;b&gt;Result&lt;/b&gt;: JSON with everything. &lt;b&gt;Maps of the heads&lt;/b&gt;: GeoTIFF with a band for each attention head of the network. Each of them is optional. Models and scripts can use the outputs LABEL, PROBABILITY and DETECTED (of an earthquake), DEFORMATION (present, absent or uncertain) and DEFORMATION_PROBABILITY, KIND (earthquake, other, unclear or none) and BOX_COUNT.&lt;/p&gt;</source><translation>&lt;p&gt;Detecta la deformación del terreno por terremotos en un interferograma SAR con un pequeño Vision Transformer. Busca en ventanas de todas las escalas, desde unos 20 km hasta la escena entera. QuakeFringe no necesita ningún otro programa.&lt;/p&gt; &lt;p&gt;El veredicto responde a dos preguntas. ¿Se deforma el terreno: &lt;b&gt;presente&lt;/b&gt;, &lt;b&gt;ausente&lt;/b&gt; o &lt;b&gt;incierto&lt;/b&gt;, con una probabilidad calibrada? Si es así, ¿la causa es un terremoto u otra fuente (volcán, subsidencia, deslizamiento), o el modelo no puede decirlo?&lt;/p&gt; &lt;h3&gt;Entrada&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Interferograma&lt;/b&gt;: fase envuelta o desenvuelta, valores complejos o desplazamiento en la línea de visión; una capa ráster o la ruta del archivo, la carpeta o el comprimido de un producto. Si en QGIS fija el SRC, un valor sin datos adicional o la banda de una capa, la detección los usa. Varias rutas, separadas por punto y coma, se unen como escenas de una órbita y pasada. &lt;b&gt;Banda&lt;/b&gt;: para archivos con varias. &lt;b&gt;Qué son los valores&lt;/b&gt;: &lt;i&gt;auto&lt;/i&gt; decide por el nombre, las etiquetas y los valores del producto (&lt;i&gt;displacement&lt;/i&gt; está en metros; elija &lt;i&gt;displacement_cm&lt;/i&gt; o &lt;i&gt;displacement_mm&lt;/i&gt; para otras unidades). &lt;b&gt;Longitud de onda&lt;/b&gt;: del radar, en metros (Sentinel-1: 0.0555); necesaria para el desplazamiento de un sensor desconocido. &lt;b&gt;Modelo de elevación&lt;/b&gt;: alturas en metros, en cualquier SRC y resolución; si en QGIS fija el SRC de su capa, la detección lo usa; vacío para el del producto, si lo tiene. El modelo toma las alturas como canal de entrada, porque el retardo troposférico suele seguir el relieve. &lt;b&gt;Extensión&lt;/b&gt;: busca solo en esta parte de la escena, en cualquier SRC.&lt;/p&gt; &lt;h3&gt;Avanzado&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Probabilidad mínima&lt;/b&gt;: un terremoto se llama presente desde esta probabilidad; vacío para el umbral del modelo. &lt;b&gt;Número de escalas&lt;/b&gt;: busca solo en las N escalas más gruesas; vacío para todas. &lt;b&gt;Motor&lt;/b&gt;: &lt;i&gt;auto&lt;/i&gt; usa onnxruntime si el Python de QGIS lo tiene, y si no numpy. &lt;b&gt;Coherencia mínima&lt;/b&gt;: descarta los píxeles de menor coherencia si el producto tiene una capa de coherencia; 0 los conserva todos. &lt;b&gt;Unidad&lt;/b&gt; y &lt;b&gt;Movimiento con valores positivos&lt;/b&gt;: sustituyen la unidad y el signo que declara el archivo. &lt;b&gt;Producto&lt;/b&gt;: &lt;i&gt;plain&lt;/i&gt; lee un ráster simple, sea cual sea el producto que sugiera su nombre. &lt;b&gt;Tamaño del píxel&lt;/b&gt;: para rásteres sin sistema de coordenadas. &lt;b&gt;Fechas de las dos adquisiciones&lt;/b&gt;: si el archivo no las dice o las dice mal. &lt;b&gt;Capa&lt;/b&gt;: de un producto con varias, como &lt;i&gt;frequencyB&lt;/i&gt; o &lt;i&gt;VV&lt;/i&gt;. &lt;b&gt;Celdas de una tabla de puntos&lt;/b&gt;: su tamaño en metros; vacío para 100. &lt;b&gt;Fecha&lt;/b&gt;: fecha o par de una serie temporal, como &lt;i&gt;20200101_20200113&lt;/i&gt;; vacío para el mayor cambio. &lt;b&gt;Correcciones&lt;/b&gt;: correcciones que el producto contiene pero no aplica, como &lt;i&gt;ionosphere&lt;/i&gt; o &lt;i&gt;solid_earth_tides&lt;/i&gt;, separadas por comas; &lt;i&gt;all&lt;/i&gt; para todas, vacío para ninguna. &lt;b&gt;Más escenas&lt;/b&gt;: archivos de la misma órbita y pasada, que se unen al interferograma.&lt;/p&gt; &lt;h3&gt;Terremotos y fallas cercanas&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Catálogo de terremotos&lt;/b&gt;: un archivo (QuakeML, texto FDSN, GeoJSON o CSV del USGS, CSV del ISC, GCMT ndk) o cualquier capa de puntos con magnitudes, como las de QQuake. La detección nombra el evento que encaja con cada recuadro, con el cambio que debió causar, y da la probabilidad con y sin el catálogo. &lt;b&gt;Tolerancia&lt;/b&gt;: días antes de la primera y después de la última adquisición en los que también cuentan los eventos. &lt;b&gt;Campos&lt;/b&gt;: nombres de los campos de la capa si son inusuales, como &lt;i&gt;magnitude=M_best, time=Origin&lt;/i&gt;. &lt;b&gt;Fallas&lt;/b&gt;: una capa de líneas; se nombra la falla más cercana a cada recuadro. Ni las fallas ni los volcanes cambian una probabilidad.&lt;/p&gt; &lt;h3&gt;Resultados&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Carpeta de resultados&lt;/b&gt;: el mapa de calor, los recuadros, el informe y el resultado van a una carpeta nueva dentro de esta, con el nombre de la escena y la hora; los archivos con nombre propio van donde este dice. En el modo por lotes rellene esta columna: las columnas de los archivos quedan entonces en blanco. Las columnas avanzadas aparecen con el botón &lt;i&gt;Modo avanzado&lt;/i&gt;.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Mapa de calor&lt;/b&gt;: GeoTIFF con valores de 0 a 1 en el SRC de la escena. &lt;b&gt;Recuadros&lt;/b&gt;: GeoPackage con probabilidad, tamaño, centro, cambio máximo en la línea de visión y número de franjas. &lt;b&gt;Informe&lt;/b&gt;: un archivo HTML. &lt;b&gt;Resultado&lt;/b&gt;: JSON con todo. &lt;b&gt;Mapas de las cabezas&lt;/b&gt;: GeoTIFF con una banda para cada cabeza de atención de la red. Cada uno es opcional. Los modelos y guiones pueden usar las salidas LABEL, PROBABILITY y DETECTED (de un terremoto), DEFORMATION (present, absent o uncertain) y DEFORMATION_PROBABILITY, KIND (earthquake, other, unclear o none) y BOX_COUNT.&lt;/p&gt;</translation></message>
<message><source>&lt;p&gt;Estimates magnitude, depth, both nodal planes, length, width, slip and stress drop of an earthquake, with 90 % intervals, from one to eight interferograms of it. It needs no epicentre and no catalogue. It also says whether a point of pressure or a sheet of magma explains the motion as well as a fault.&lt;/p&gt; &lt;h3&gt;Input&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Interferograms&lt;/b&gt;: unwrapped phase or displacement of any product; each is one look. Two looks from different directions (ascending and descending) constrain the rake and the depth far better than one. &lt;b&gt;Box&lt;/b&gt;: boxes that &lt;i&gt;Detect earthquakes&lt;/i&gt; wrote; the selected one, or &lt;b&gt;Number of the box&lt;/b&gt;. &lt;b&gt;Extent&lt;/b&gt;: the part of the ground that moved, if there is no box. Without both the whole scenes are used. &lt;b&gt;Headings&lt;/b&gt; and &lt;b&gt;Incidence angles&lt;/b&gt;: in degrees, only for files without look vectors; one number for all looks or one for each. &lt;b&gt;Wavelength&lt;/b&gt;: in metres, for phase of an unknown sensor. &lt;b&gt;Numbers of interferograms whose sign is turned&lt;/b&gt;: of those that count motion away from the satellite as positive.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Catalogue&lt;/b&gt;: QuakeML, USGS, ISC or GCMT files, or a point layer; the estimate is set beside the likeliest event. It does not guide the estimate. &lt;b&gt;Rigidity&lt;/b&gt;: of the rock, in GPa; moment is proportional to it. &lt;b&gt;Time&lt;/b&gt;: of the earthquake, for QuakeML; otherwise that of the catalogue or the middle of the dates. &lt;b&gt;Search first where the source network points&lt;/b&gt;: a small network reads the motion and draws half of the faults that the search begins with; the other half stays random.&lt;/p&gt; &lt;h3&gt;Results&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Page&lt;/b&gt;: data, model and residual, beachball, distributions, and what the estimate cannot say. &lt;b&gt;Layers&lt;/b&gt;: GeoPackage with fault plane, upper edge, centroid and points. &lt;b&gt;Maps&lt;/b&gt;: GeoTIFFs of data, model and residual of each look. &lt;b&gt;QuakeML&lt;/b&gt; and &lt;b&gt;Result&lt;/b&gt; (JSON) for other programs.&lt;/p&gt;</source><translation>&lt;p&gt;Estima magnitud, profundidad, ambos planos nodales, longitud, anchura, deslizamiento y caída de esfuerzos de un terremoto, con intervalos del 90 %, a partir de uno a ocho interferogramas. No necesita epicentro ni catálogo. También dice si un punto de presión o una lámina de magma explican el movimiento tan bien como una falla.&lt;/p&gt; &lt;h3&gt;Entrada&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Interferogramas&lt;/b&gt;: fase desenvuelta o desplazamiento de cualquier producto; cada uno es una vista. Dos vistas desde direcciones distintas (ascendente y descendente) fijan el ángulo de deslizamiento y la profundidad mucho mejor que una. &lt;b&gt;Recuadro&lt;/b&gt;: recuadros que escribió &lt;i&gt;Detectar terremotos&lt;/i&gt;; el seleccionado o el &lt;b&gt;Número del recuadro&lt;/b&gt;. &lt;b&gt;Extensión&lt;/b&gt;: la parte del terreno que se movió, si no hay recuadro. Sin ninguno de los dos se usan las escenas enteras. &lt;b&gt;Rumbos de vuelo&lt;/b&gt; y &lt;b&gt;Ángulos de incidencia&lt;/b&gt;: en grados, solo para archivos sin vectores de visión; un número para todas las vistas o uno para cada una. &lt;b&gt;Longitud de onda&lt;/b&gt;: en metros, para la fase de un sensor desconocido. &lt;b&gt;Números de los interferogramas cuyo signo se invierte&lt;/b&gt;: los de aquellos que cuentan como positivo el movimiento que se aleja del satélite.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Catálogo&lt;/b&gt;: archivos QuakeML, USGS, ISC o GCMT, o una capa de puntos; la estimación se pone junto al evento más probable. No guía la estimación. &lt;b&gt;Rigidez&lt;/b&gt;: de la roca, en GPa; el momento es proporcional a ella. &lt;b&gt;Hora&lt;/b&gt;: del terremoto, para QuakeML; si no, la del catálogo o el punto medio de las fechas. &lt;b&gt;Buscar primero donde señala la red de la fuente&lt;/b&gt;: una red pequeña lee el movimiento y propone la mitad de las fallas con las que empieza la búsqueda; la otra mitad sigue siendo aleatoria.&lt;/p&gt; &lt;h3&gt;Resultados&lt;/h3&gt; &lt;p&gt;&lt;b&gt;Página&lt;/b&gt;: datos, modelo y residuo, mecanismo focal, distribuciones y lo que la estimación no puede decir. &lt;b&gt;Capas&lt;/b&gt;: GeoPackage con plano de falla, borde superior, centroide y puntos. &lt;b&gt;Mapas&lt;/b&gt;: GeoTIFF de datos, modelo y residuo de cada vista. &lt;b&gt;QuakeML&lt;/b&gt; y &lt;b&gt;Resultado&lt;/b&gt; (JSON) para otros programas.&lt;/p&gt;</translation></message>
<message><source>&lt;p&gt;Loads an InSAR product as delivered (NISAR, OPERA, ARIA, HyP3, LiCSAR, LiCSBAS, ISCE2, GMTSAR, ROI_PAC, SNAP, MintPy, NSBAS): a file, a folder, or a zip or tar archive. Paste the path of a folder here, choose it with &lt;i&gt;Raster ▸ QuakeFringe ▸ Open product folder…&lt;/i&gt;, or drop the product on the QGIS window. To open several products, separate their paths by semicolons.&lt;/p&gt; &lt;p&gt;Every layer becomes a small virtual raster with the right position, unit and nodata value, and a style: cyclic for wrapped phase, diverging about zero for unwrapped phase and displacement, grey for coherence. Complex layers are shown as phase. Values and sign stay as in the product; the layer name gives the positive direction. Detection accepts all phase and displacement layers.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Layers&lt;/b&gt;: words in the names of the layers to load, such as &lt;i&gt;unwrapped coherence&lt;/i&gt;; empty for all. &lt;b&gt;Line-of-sight vectors&lt;/b&gt;: adds the incidence angle (degrees) and the east, north and up components of the unit vector from the ground to the satellite, on the grid of the phase, if the product contains them. &lt;b&gt;Date&lt;/b&gt;: date or pair of a time series, such as &lt;i&gt;20200101_20200113&lt;/i&gt;; if empty, all dates and pairs are opened, or only the one with the largest step if there are more than twelve. &lt;b&gt;Corrections&lt;/b&gt;: corrections that the product contains but does not apply, such as &lt;i&gt;ionosphere&lt;/i&gt;, separated by commas; &lt;i&gt;all&lt;/i&gt; for all of them. The corrected phase or displacement is added as a GeoTIFF. &lt;b&gt;Cells of a table of points&lt;/b&gt;: their size in metres; empty for 100. &lt;b&gt;Elevation model&lt;/b&gt;: for corrections that depend on the elevation; empty for the product's own. &lt;b&gt;Folder&lt;/b&gt;: destination of the virtual rasters, and of the cells of point tables. QGIS deletes a temporary folder when it closes.&lt;/p&gt;</source><translation>&lt;p&gt;Carga un producto InSAR tal como se entrega (NISAR, OPERA, ARIA, HyP3, LiCSAR, LiCSBAS, ISCE2, GMTSAR, ROI_PAC, SNAP, MintPy, NSBAS): un archivo, una carpeta o un comprimido zip o tar. Pegue aquí la ruta de una carpeta, elíjala con &lt;i&gt;Ráster ▸ QuakeFringe ▸ Abrir carpeta de producto…&lt;/i&gt; o suelte el producto sobre la ventana de QGIS. Para abrir varios productos, separe sus rutas con punto y coma.&lt;/p&gt; &lt;p&gt;Cada capa se convierte en un pequeño ráster virtual con su posición, unidad y valor sin datos correctos, y con un estilo: cíclico para la fase envuelta, divergente en torno a cero para la fase desenvuelta y el desplazamiento, gris para la coherencia. Las capas complejas se muestran como fase. Los valores y el signo son los del producto; el nombre de la capa indica la dirección positiva. La detección acepta todas las capas de fase y desplazamiento.&lt;/p&gt; &lt;p&gt;&lt;b&gt;Capas&lt;/b&gt;: palabras en los nombres de las capas que se cargan, como &lt;i&gt;unwrapped coherence&lt;/i&gt;; vacío para todas. &lt;b&gt;Vectores de la línea de visión&lt;/b&gt;: añade el ángulo de incidencia (grados) y las componentes este, norte y vertical del vector unitario del suelo al satélite, en la cuadrícula de la fase, si el producto los contiene. &lt;b&gt;Fecha&lt;/b&gt;: fecha o par de una serie temporal, como &lt;i&gt;20200101_20200113&lt;/i&gt;; si está vacía, se abren todas las fechas y pares, o solo el de mayor cambio si son más de doce. &lt;b&gt;Correcciones&lt;/b&gt;: correcciones que el producto contiene pero no aplica, como &lt;i&gt;ionosphere&lt;/i&gt;, separadas por comas; &lt;i&gt;all&lt;/i&gt; para todas. La fase o el desplazamiento corregidos se añaden como GeoTIFF. &lt;b&gt;Modelo de elevación&lt;/b&gt;: para correcciones que dependen de la elevación; vacío para el del producto. &lt;b&gt;Carpeta&lt;/b&gt;: destino de los rásteres virtuales y de las celdas de las tablas de puntos. QGIS borra las carpetas temporales al cerrarse.&lt;/p&gt;</translation></message>
<message><source>Add incidence angle and line-of-sight vectors</source><translation>Añadir ángulo de incidencia y vectores de la línea de visión</translation></message>
<message><source>All verdicts</source><translation>Todos los veredictos</translation></message>
<message><source>Along the strike.</source><translation>A lo largo del rumbo.</translation></message>
<message><source>Also load the incidence angle and the unit vector from the ground to the satellite.</source><translation>Carga también el ángulo de incidencia y el vector unitario del suelo al satélite.</translation></message>
<message><source>Analysis</source><translation>Análisis</translation></message>
<message><source>Archive: {name}</source><translation>Archivo: {name}</translation></message>
<message><source>Area of subsidence (km²)</source><translation>Área de subsidencia (km²)</translation></message>
<message><source>Area of uplift (km²)</source><translation>Área de levantamiento (km²)</translation></message>
<message><source>Area, km²</source><translation>Área, km²</translation></message>
<message><source>Average</source><translation>Promedio</translation></message>
<message><source>Backend</source><translation>Motor</translation></message>
<message><source>Backend used by default</source><translation>Motor predeterminado</translation></message>
<message><source>Band</source><translation>Banda</translation></message>
<message><source>Boxes</source><translation>Recuadros</translation></message>
<message><source>Boxes of a detection</source><translation>Recuadros de una detección</translation></message>
<message><source>Boxes that a detection wrote. The selected one, or that of the number below, is used.</source><translation>Recuadros que escribió una detección. Se usa el seleccionado o el del número de abajo.</translation></message>
<message><source>Buildings</source><translation>Edificios</translation></message>
<message><source>C band</source><translation>banda C</translation></message>
<message><source>CRS…</source><translation>SRC…</translation></message>
<message><source>CSV…</source><translation>CSV…</translation></message>
<message><source>Cancel</source><translation>Cancelar</translation></message>
<message><source>Cancelled; no files were written.</source><translation>Cancelado; no se escribió ningún archivo.</translation></message>
<message><source>Catalogue</source><translation>Catálogo</translation></message>
<message><source>Catalogue to compare with</source><translation>Catálogo para comparar</translation></message>
<message><source>Catalogue…</source><translation>Catálogo…</translation></message>
<message><source>Cells of a table of points (m)</source><translation>Celdas de una tabla de puntos (m)</translation></message>
<message><source>Centre: {lat}, {lon}</source><translation>Centro: {lat}, {lon}</translation></message>
<message><source>Choices (the word, or its number from 0): {0}.</source><translation>Opciones (la palabra, o su número desde 0): {0}.</translation></message>
<message><source>Click along the line on the map; a double click or right click ends it.</source><translation>Haga clic a lo largo de la línea en el mapa; un doble clic o el botón derecho la termina.</translation></message>
<message><source>Clockwise from north; the fault dips to the right of it.</source><translation>En sentido horario desde el norte; la falla buza a su derecha.</translation></message>
<message><source>Close guide</source><translation>Cerrar la guía</translation></message>
<message><source>Coherence</source><translation>Coherencia</translation></message>
<message><source>Combines ascending and descending interferograms into vertical and east displacement.</source><translation>Combina interferogramas ascendentes y descendentes en desplazamiento vertical y este.</translation></message>
<message><source>Compare with an earthquake catalogue</source><translation>Comparar con un catálogo de terremotos</translation></message>
<message><source>Coordinate system of the layer</source><translation>Sistema de coordenadas de la capa</translation></message>
<message><source>Corrected by you; choose “auto” to return.</source><translation>Corregido por usted; elija «auto» para volver.</translation></message>
<message><source>Corrections of the product to apply: all, or names with commas between.</source><translation>Correcciones del producto que se aplican: all o nombres separados por comas.</translation></message>
<message><source>Corrections that the product contains but does not apply: all, or names with commas between.</source><translation>Correcciones que el producto contiene pero no aplica: all o nombres separados por comas.</translation></message>
<message><source>Corrections to apply (none, all, or names)</source><translation>Correcciones que se aplican (none, all o nombres)</translation></message>
<message><source>Data</source><translation>Datos</translation></message>
<message><source>Date</source><translation>Fecha</translation></message>
<message><source>Date of the event</source><translation>Fecha del evento</translation></message>
<message><source>Date or pair of a time series</source><translation>Fecha o par de una serie temporal</translation></message>
<message><source>Date or pair of a time series, such as 20200101_20200113. Empty: the largest step.</source><translation>Fecha o par de una serie temporal, como 20200101_20200113. Vacío: el mayor cambio.</translation></message>
<message><source>Dates</source><translation>Fechas</translation></message>
<message><source>Dates of the two acquisitions</source><translation>Fechas de las dos adquisiciones</translation></message>
<message><source>Days before and after the two dates in which an event still counts.</source><translation>Días antes y después de las dos fechas en los que un evento aún cuenta.</translation></message>
<message><source>Decides whether an interferogram shows an earthquake, and locates it.</source><translation>Decide si un interferograma muestra un terremoto y lo localiza.</translation></message>
<message><source>Decompose looks into up and east</source><translation>Descomponer vistas en vertical y este</translation></message>
<message><source>Default earthquake catalogue</source><translation>Catálogo de terremotos predeterminado</translation></message>
<message><source>Default elevation model</source><translation>Modelo de elevación predeterminado</translation></message>
<message><source>Deformation of the ground</source><translation>Deformación del terreno</translation></message>
<message><source>Deformation present, cause uncertain</source><translation>Hay deformación, causa incierta</translation></message>
<message><source>Deformed ground: {area} km²</source><translation>Terreno deformado: {area} km²</translation></message>
<message><source>Depth of the centroid (km)</source><translation>Profundidad del centroide (km)</translation></message>
<message><source>Detect earthquakes</source><translation>Detectar terremotos</translation></message>
<message><source>Detect earthquakes in the active layer</source><translation>Detectar terremotos en la capa activa</translation></message>
<message><source>Detection</source><translation>Detección</translation></message>
<message><source>Detection is running on “{name}” already; wait for the result or cancel that run.</source><translation>Ya hay una detección en marcha en «{name}»; espere el resultado o cancélela.</translation></message>
<message><source>Diagnose</source><translation>Diagnóstico</translation></message>
<message><source>Diagnosis as text</source><translation>Diagnóstico como texto</translation></message>
<message><source>Dip of the likelier plane</source><translation>Buzamiento del plano más probable</translation></message>
<message><source>Dip of the other plane</source><translation>Buzamiento del otro plano</translation></message>
<message><source>Displacement east (m)</source><translation>Desplazamiento al este (m)</translation></message>
<message><source>Displacement north (m)</source><translation>Desplazamiento al norte (m)</translation></message>
<message><source>Displacement style</source><translation>Estilo de desplazamiento</translation></message>
<message><source>Displacement up (m), or the folder of a decomposition</source><translation>Desplazamiento vertical (m) o la carpeta de una descomposición</translation></message>
<message><source>Display</source><translation>Visualización</translation></message>
<message><source>Distance ({unit})</source><translation>Distancia ({unit})</translation></message>
<message><source>Down the dip.</source><translation>Según el buzamiento.</translation></message>
<message><source>Draw a line</source><translation>Dibujar una línea</translation></message>
<message><source>Each sample is the mean of so many pixels in both directions</source><translation>Cada muestra es la media de tantos píxeles en ambas direcciones</translation></message>
<message><source>Each search gets a folder with its layers and its report.</source><translation>Cada búsqueda recibe una carpeta con sus capas y su informe.</translation></message>
<message><source>Earlier runs of this project</source><translation>Búsquedas anteriores de este proyecto</translation></message>
<message><source>Earthquake</source><translation>Terremoto</translation></message>
<message><source>Earthquake catalogue</source><translation>Catálogo de terremotos</translation></message>
<message><source>Earthquake present</source><translation>Hay un terremoto</translation></message>
<message><source>Earthquakes to compare with: a point layer, or a file such as QuakeML or USGS CSV.</source><translation>Terremotos para comparar: una capa de puntos o un archivo, como QuakeML o CSV del USGS.</translation></message>
<message><source>East</source><translation>Este</translation></message>
<message><source>East, standard deviation</source><translation>Este, desviación estándar</translation></message>
<message><source>Elevation</source><translation>Elevación</translation></message>
<message><source>Elevation model (m)</source><translation>Modelo de elevación (m)</translation></message>
<message><source>Elevation model for the corrections (m)</source><translation>Modelo de elevación para las correcciones (m)</translation></message>
<message><source>Elevation model in metres, for corrections and vectors that depend on height.</source><translation>Modelo de elevación en metros, para correcciones y vectores que dependen de la altura.</translation></message>
<message><source>Elevation model in metres, in any CRS.</source><translation>Modelo de elevación en metros, en cualquier SRC.</translation></message>
<message><source>Enters the uncertainty where north is neglected. Empty: estimated.</source><translation>Entra en la incertidumbre donde se desprecia el norte. Vacío: se estima.</translation></message>
<message><source>Estimate in words</source><translation>Estimación en palabras</translation></message>
<message><source>Estimate magnitude, depth and mechanism from the selected box</source><translation>Estimar magnitud, profundidad y mecanismo a partir del recuadro elegido</translation></message>
<message><source>Estimate the earthquake's source</source><translation>Estimar la fuente del terremoto</translation></message>
<message><source>Estimates magnitude, depth, mechanism and size of an earthquake from interferograms.</source><translation>Estima magnitud, profundidad, mecanismo y tamaño de un terremoto a partir de interferogramas.</translation></message>
<message><source>Events to set the estimate beside; they do not guide it.</source><translation>Eventos junto a los que se pone la estimación; no la guían.</translation></message>
<message><source>Export the plot as PNG</source><translation>Exportar el gráfico como PNG</translation></message>
<message><source>Export the profile</source><translation>Exportar el perfil</translation></message>
<message><source>Export the profile as CSV</source><translation>Exportar el perfil como CSV</translation></message>
<message><source>Extent</source><translation>Extensión</translation></message>
<message><source>Extent of the motion, without a box</source><translation>Extensión del movimiento, sin recuadro</translation></message>
<message><source>Extent to search</source><translation>Extensión de búsqueda</translation></message>
<message><source>Failed</source><translation>Fallida</translation></message>
<message><source>False alarm</source><translation>Falsa alarma</translation></message>
<message><source>Fault: depth of its centre (km)</source><translation>Falla: profundidad de su centro (km)</translation></message>
<message><source>Fault: dip (°)</source><translation>Falla: buzamiento (°)</translation></message>
<message><source>Fault: latitude of its centre (°)</source><translation>Falla: latitud de su centro (°)</translation></message>
<message><source>Fault: length (km)</source><translation>Falla: longitud (km)</translation></message>
<message><source>Fault: longitude of its centre (°)</source><translation>Falla: longitud geográfica de su centro (°)</translation></message>
<message><source>Fault: rake (°)</source><translation>Falla: deslizamiento (°)</translation></message>
<message><source>Fault: strike (°)</source><translation>Falla: rumbo (°)</translation></message>
<message><source>Fault: width (km)</source><translation>Falla: anchura (km)</translation></message>
<message><source>Faults</source><translation>Fallas</translation></message>
<message><source>Fewer threads leave cores to other programs.</source><translation>Menos hilos dejan núcleos libres para otros programas.</translation></message>
<message><source>Field of the settlements with their names. Empty: found by its name.</source><translation>Campo de las poblaciones con sus nombres. Vacío: se busca por su nombre.</translation></message>
<message><source>Field with the names</source><translation>Campo con los nombres</translation></message>
<message><source>Fields of the catalogue (quantity=field, …)</source><translation>Campos del catálogo (magnitud=campo, …)</translation></message>
<message><source>File with earthquakes to compare every result with.</source><translation>Archivo de terremotos con el que se compara cada resultado.</translation></message>
<message><source>First look at the coarsest scales. The search goes on.</source><translation>Primera impresión con las escalas más gruesas. La búsqueda continúa.</translation></message>
<message><source>Folder for maps of data, model and residual</source><translation>Carpeta para los mapas de datos, modelo y residuo</translation></message>
<message><source>Folder for the layers</source><translation>Carpeta para las capas</translation></message>
<message><source>Folder for the virtual rasters</source><translation>Carpeta para los rásteres virtuales</translation></message>
<message><source>Folder of results</source><translation>Carpeta de resultados</translation></message>
<message><source>Folder of the small virtual rasters that point into the product.</source><translation>Carpeta de los pequeños rásteres virtuales que apuntan al producto.</translation></message>
<message><source>For QuakeML. Empty: that of the catalogue, or the middle of the dates.</source><translation>Para QuakeML. Vacío: la del catálogo o el punto medio de las fechas.</translation></message>
<message><source>For the shaking, if the fault is given in numbers.</source><translation>Para la sacudida, si la falla se da en números.</translation></message>
<message><source>For tilt and strain; empty: up alone.</source><translation>Para inclinación y deformación; vacío: solo la vertical.</translation></message>
<message><source>Fringe when re-wrapping</source><translation>Franja al reenvolver</translation></message>
<message><source>From the horizontal, 0 to 90 degrees.</source><translation>Desde la horizontal, de 0 a 90 grados.</translation></message>
<message><source>From the vertical: one number for all looks, or one for each.</source><translation>Desde la vertical: un número para todas las vistas o uno para cada una.</translation></message>
<message><source>GDAL cannot read the layer “{key}” of “{name}”; download the product again.</source><translation>GDAL no puede leer la capa «{key}» de «{name}»; descargue de nuevo el producto.</translation></message>
<message><source>GeoPackage with a polygon for each deformed area, its probability and its figures.</source><translation>GeoPackage con un polígono por zona deformada, su probabilidad y sus cifras.</translation></message>
<message><source>GeoPackage with fault plane, upper edge, centroid and points.</source><translation>GeoPackage con plano de falla, borde superior, centroide y puntos.</translation></message>
<message><source>GeoPackage with zones, tilt, strain, intensity, fault and places.</source><translation>GeoPackage con zonas, inclinación, deformación, intensidad, falla y lugares.</translation></message>
<message><source>GeoTIFF with a band for each attention head of the network, 0 to 1.</source><translation>GeoTIFF con una banda para cada cabeza de atención de la red, de 0 a 1.</translation></message>
<message><source>GeoTIFF with the network's attention, 0 to 1, in the CRS of the scene.</source><translation>GeoTIFF con la atención de la red, de 0 a 1, en el SRC de la escena.</translation></message>
<message><source>GeoTIFFs of data, model and residual of each look.</source><translation>GeoTIFF de datos, modelo y residuo de cada vista.</translation></message>
<message><source>GeoTIFFs of up and east in metres, their standard deviations, and the result.</source><translation>GeoTIFF de vertical y este en metros, sus desviaciones estándar y el resultado.</translation></message>
<message><source>Guide</source><translation>Guía</translation></message>
<message><source>HTML page with data, model, residual, beachball and intervals.</source><translation>Página HTML con datos, modelo, residuo, mecanismo focal e intervalos.</translation></message>
<message><source>HTML page with zones, shaking, and people and buildings in them.</source><translation>Página HTML con zonas, sacudida y las personas y edificios en ellas.</translation></message>
<message><source>Half of the search's first faults come from the network, the others stay random.</source><translation>La mitad de las primeras fallas de la búsqueda viene de la red; las demás siguen siendo aleatorias.</translation></message>
<message><source>Hazard page</source><translation>Página de peligrosidad</translation></message>
<message><source>Hazard…</source><translation>Peligrosidad…</translation></message>
<message><source>Headings in degrees (empty: the products')</source><translation>Rumbos de vuelo en grados (vacío: los de los productos)</translation></message>
<message><source>Headings in degrees, one a look (empty: the products')</source><translation>Rumbos de vuelo en grados, uno por vista (vacío: los de los productos)</translation></message>
<message><source>Heads</source><translation>Cabezas</translation></message>
<message><source>Heatmap</source><translation>Mapa de calor</translation></message>
<message><source>Heatmap, boxes, report and result go to a new folder in this one, named after scene and time. In batch mode fill in this column and leave those of the files blank.</source><translation>El mapa de calor, los recuadros, el informe y el resultado van a una carpeta nueva dentro de esta, con el nombre de la escena y la hora. En el modo por lotes rellene esta columna y deje en blanco las de los archivos.</translation></message>
<message><source>Heights in metres, in any CRS and resolution. Empty: the product's own, if it has one.</source><translation>Alturas en metros, en cualquier SRC y resolución. Vacío: las del producto, si las tiene.</translation></message>
<message><source>Help</source><translation>Ayuda</translation></message>
<message><source>Help on this panel</source><translation>Ayuda sobre este panel</translation></message>
<message><source>Hide below</source><translation>Ocultar por debajo de</translation></message>
<message><source>How north was treated</source><translation>Cómo se trató el norte</translation></message>
<message><source>Incidence angles in degrees (empty: the products')</source><translation>Ángulos de incidencia en grados (vacío: los de los productos)</translation></message>
<message><source>Incidence angles in degrees, one a look (empty: the products')</source><translation>Ángulos de incidencia en grados, uno por vista (vacío: los de los productos)</translation></message>
<message><source>Inference backend</source><translation>Motor de inferencia</translation></message>
<message><source>Interferogram</source><translation>Interferograma</translation></message>
<message><source>Interferograms of one earthquake</source><translation>Interferogramas de un terremoto</translation></message>
<message><source>Its north motion is taken instead of zero.</source><translation>Se toma su movimiento al norte en vez de cero.</translation></message>
<message><source>JSON of a source estimate: fault, shaking and distances follow from it.</source><translation>JSON de una estimación de la fuente: de ella salen la falla, la sacudida y las distancias.</translation></message>
<message><source>JSON with every figure of the page.</source><translation>JSON con todas las cifras de la página.</translation></message>
<message><source>JSON with every parameter, its interval and its percentiles.</source><translation>JSON con cada parámetro, su intervalo y sus percentiles.</translation></message>
<message><source>JSON with everything: input, settings, model, backend, boxes, timings.</source><translation>JSON con todo: entrada, ajustes, modelo, motor, recuadros y tiempos.</translation></message>
<message><source>Keep a map of each attention head and of the mask as well; see Display.</source><translation>Guardar también un mapa de cada cabeza de atención y de la máscara; véase Visualización.</translation></message>
<message><source>Keep results</source><translation>Guardar los resultados</translation></message>
<message><source>Kind of product</source><translation>Tipo de producto</translation></message>
<message><source>Kind of the deformation</source><translation>Tipo de deformación</translation></message>
<message><source>L band</source><translation>banda L</translation></message>
<message><source>LEVELS is not a list of numbers; write metres with spaces between.</source><translation>LEVELS no es una lista de números; escriba metros separados por espacios.</translation></message>
<message><source>Latitude of the centroid</source><translation>Latitud del centroide</translation></message>
<message><source>Layer</source><translation>Capa</translation></message>
<message><source>Layer of a product (or a part of its name)</source><translation>Capa de un producto (o parte de su nombre)</translation></message>
<message><source>Layer of a product with several, or a part of its name, such as frequencyB or VV.</source><translation>Capa de un producto con varias, o una parte de su nombre, como frequencyB o VV.</translation></message>
<message><source>Layers</source><translation>Capas</translation></message>
<message><source>Leave out pixels of lower coherence.</source><translation>Excluir píxeles de menor coherencia.</translation></message>
<message><source>Leave out pixels of lower coherence. Empty: the product's own rule; 0 keeps all.</source><translation>Excluir píxeles de menor coherencia. Vacío: la regla del producto; 0 los conserva todos.</translation></message>
<message><source>Levels of the zones (m, empty: chosen)</source><translation>Niveles de las zonas (m, vacío: automáticos)</translation></message>
<message><source>Limits between the zones in metres, with spaces between. Empty: round numbers.</source><translation>Límites entre las zonas en metros, separados por espacios. Vacío: números redondos.</translation></message>
<message><source>Line layer with faults; the report names the nearest to each box.</source><translation>Capa de líneas con fallas; el informe nombra la más cercana a cada recuadro.</translation></message>
<message><source>Line-of-sight displacement along a line through the box</source><translation>Desplazamiento en la línea de vista a lo largo de una línea que cruza el recuadro</translation></message>
<message><source>Line-of-sight motion that one turn of the colours stands for.</source><translation>Movimiento en la línea de vista que corresponde a una vuelta de colores.</translation></message>
<message><source>Lines; their length in each zone is given in kilometres.</source><translation>Líneas; su longitud en cada zona se da en kilómetros.</translation></message>
<message><source>Lists versions, backends with their speed and the model, and explains problems.</source><translation>Enumera versiones, motores con su velocidad y el modelo, y explica los problemas.</translation></message>
<message><source>Loads the layers of an InSAR product as delivered, with position and style.</source><translation>Carga las capas de un producto InSAR tal como se entrega, con posición y estilo.</translation></message>
<message><source>Longitude of the centroid</source><translation>Longitud del centroide</translation></message>
<message><source>Looks of one event</source><translation>Vistas de un evento</translation></message>
<message><source>Lowest coherence</source><translation>Coherencia mínima</translation></message>
<message><source>Lowest coherence (0 to 1)</source><translation>Coherencia mínima (0 a 1)</translation></message>
<message><source>Lowest probability of the verdict “present”</source><translation>Probabilidad mínima del veredicto «presente»</translation></message>
<message><source>Maps of the heads</source><translation>Mapas de las cabezas</translation></message>
<message><source>Model version</source><translation>Versión del modelo</translation></message>
<message><source>Model {version}  ·  {backend}</source><translation>Modelo {version}  ·  {backend}</translation></message>
<message><source>Moment magnitude</source><translation>Magnitud de momento</translation></message>
<message><source>Moment magnitude of the fault</source><translation>Magnitud de momento de la falla</translation></message>
<message><source>More files of the same track and pass, which are joined to the interferogram.</source><translation>Más archivos de la misma traza y pasada, que se unen al interferograma.</translation></message>
<message><source>More frames of the same track and pass</source><translation>Más escenas de la misma órbita y pasada</translation></message>
<message><source>Motion to the north</source><translation>Movimiento al norte</translation></message>
<message><source>Motion with positive values</source><translation>Movimiento con valores positivos</translation></message>
<message><source>Name or path</source><translation>Nombre o ruta</translation></message>
<message><source>Names of the catalogue's columns, if they are not recognised by themselves.</source><translation>Nombres de las columnas del catálogo, si no se reconocen por sí solas.</translation></message>
<message><source>No deformation found</source><translation>No se encontró deformación</translation></message>
<message><source>No earthquake found</source><translation>No se encontró ningún terremoto</translation></message>
<message><source>No interferogram was given; choose a raster layer or a file.</source><translation>No se dio ningún interferograma; elija una capa ráster o un archivo.</translation></message>
<message><source>No interferogram was given; choose at least one of the earthquake.</source><translation>No se dio ningún interferograma; elija al menos uno del terremoto.</translation></message>
<message><source>No layer is active; select the interferogram in the Layers panel.</source><translation>No hay ninguna capa activa; seleccione el interferograma en el panel Capas.</translation></message>
<message><source>No problems</source><translation>Sin problemas</translation></message>
<message><source>North</source><translation>Norte</translation></message>
<message><source>North, standard deviation</source><translation>Norte, desviación estándar</translation></message>
<message><source>Note: {warnings}</source><translation>Nota: {warnings}</translation></message>
<message><source>Number of boxes</source><translation>Número de recuadros</translation></message>
<message><source>Number of layers</source><translation>Número de capas</translation></message>
<message><source>Number of scales (coarsest first)</source><translation>Número de escalas (las más gruesas primero)</translation></message>
<message><source>Number of the box (empty: the selected one, or 1)</source><translation>Número del recuadro (vacío: el seleccionado o 1)</translation></message>
<message><source>Number of the box, as on the map. Empty: the selected one, or 1.</source><translation>Número del recuadro, como en el mapa. Vacío: el seleccionado o 1.</translation></message>
<message><source>Numbers of interferograms whose sign is turned, such as 2</source><translation>Números de los interferogramas cuyo signo se invierte, como 2</translation></message>
<message><source>Of another layer: {scene}</source><translation>De otra capa: {scene}</translation></message>
<message><source>Of the flight, clockwise from north: one number for all looks, or one for each.</source><translation>Del vuelo, en sentido horario desde el norte: un número para todas las vistas o uno para cada una.</translation></message>
<message><source>Of the rock; the moment is proportional to it. 30 GPa is usual in the crust.</source><translation>De la roca; el momento es proporcional a ella. 30 GPa es lo usual en la corteza.</translation></message>
<message><source>One HTML page with the verdict, maps, boxes and everything that was worked out.</source><translation>Una página HTML con el veredicto, mapas, recuadros y todo lo que se dedujo.</translation></message>
<message><source>One folder for the results of all projects.</source><translation>Una carpeta para los resultados de todos los proyectos.</translation></message>
<message><source>One fringe</source><translation>Una franja</translation></message>
<message><source>One fringe is {cm} cm</source><translation>Una franja son {cm} cm</translation></message>
<message><source>One look: line of sight only</source><translation>Una vista: solo la línea de visión</translation></message>
<message><source>Only for files without look vectors; “nan” keeps the product's.</source><translation>Solo para archivos sin vectores de visión; «nan» conserva el del producto.</translation></message>
<message><source>Opacity</source><translation>Opacidad</translation></message>
<message><source>Open InSAR product</source><translation>Abrir producto InSAR</translation></message>
<message><source>Open again</source><translation>Abrir de nuevo</translation></message>
<message><source>Open archive results</source><translation>Abrir resultados de un archivo</translation></message>
<message><source>Open archive results…</source><translation>Abrir resultados de un archivo…</translation></message>
<message><source>Open folder</source><translation>Abrir la carpeta</translation></message>
<message><source>Open product folder</source><translation>Abrir carpeta de producto</translation></message>
<message><source>Open product folder…</source><translation>Abrir carpeta de producto…</translation></message>
<message><source>Open product…</source><translation>Abrir producto…</translation></message>
<message><source>Open report</source><translation>Abrir el informe</translation></message>
<message><source>Open scene</source><translation>Abrir escena</translation></message>
<message><source>Open the interferogram</source><translation>Abrir el interferograma</translation></message>
<message><source>Open the report of this result</source><translation>Abrir el informe de este resultado</translation></message>
<message><source>Opening “{scene}”…</source><translation>Abriendo «{scene}»…</translation></message>
<message><source>Options</source><translation>Opciones</translation></message>
<message><source>Other deformation</source><translation>Otra deformación</translation></message>
<message><source>Other deformation present</source><translation>Hay otra deformación</translation></message>
<message><source>PNG…</source><translation>PNG…</translation></message>
<message><source>Page</source><translation>Página</translation></message>
<message><source>Peak: line-of-sight change against the ground around, + towards the satellite.</source><translation>Máximo: cambio en la línea de visión respecto al terreno de alrededor, + hacia el satélite.</translation></message>
<message><source>People in each pixel (count) or in each square kilometre (density).</source><translation>Personas en cada píxel (count) o en cada kilómetro cuadrado (density).</translation></message>
<message><source>People in each pixel, or a density; such as WorldPop or GHS-POP.</source><translation>Personas en cada píxel o una densidad; como WorldPop o GHS-POP.</translation></message>
<message><source>Pixel size</source><translation>Tamaño de píxel</translation></message>
<message><source>Pixel size (m)</source><translation>Tamaño del píxel (m)</translation></message>
<message><source>Plot of the profile</source><translation>Gráfico del perfil</translation></message>
<message><source>Point layer with earthquakes to compare with.</source><translation>Capa de puntos con terremotos para comparar.</translation></message>
<message><source>Points or areas with names, such as places of OpenStreetMap.</source><translation>Puntos o áreas con nombre, como los lugares de OpenStreetMap.</translation></message>
<message><source>Points or footprints; they are counted in each zone.</source><translation>Puntos o plantas; se cuentan en cada zona.</translation></message>
<message><source>Population is a</source><translation>La población es</translation></message>
<message><source>Population raster</source><translation>Ráster de población</translation></message>
<message><source>Positive is</source><translation>Lo positivo es</translation></message>
<message><source>Press Enter to zoom the map to a box.</source><translation>Pulse Intro para acercar el mapa a un recuadro.</translation></message>
<message><source>Probability for “present”</source><translation>Probabilidad para «presente»</translation></message>
<message><source>Probability from which an earthquake is called present.</source><translation>Probabilidad desde la que un terremoto se da por presente.</translation></message>
<message><source>Probability from which an earthquake is called present. Empty: the model's own threshold.</source><translation>Probabilidad desde la que un terremoto se da por presente. Vacío: el umbral del modelo.</translation></message>
<message><source>Probability of an earthquake</source><translation>Probabilidad de terremoto</translation></message>
<message><source>Probability of deformation</source><translation>Probabilidad de deformación</translation></message>
<message><source>Problems and their remedies</source><translation>Problemas y sus remedios</translation></message>
<message><source>Product</source><translation>Producto</translation></message>
<message><source>Product (file, folder or archive)</source><translation>Producto (archivo, carpeta o comprimido)</translation></message>
<message><source>Profile along a line</source><translation>Perfil a lo largo de una línea</translation></message>
<message><source>Profile through box {rank}</source><translation>Perfil por el recuadro {rank}</translation></message>
<message><source>Progress of the search</source><translation>Progreso de la búsqueda</translation></message>
<message><source>QGIS cannot read “{name}”; restore its file or repair its data source first.</source><translation>QGIS no puede leer «{name}»; restaure antes su archivo o repare su fuente de datos.</translation></message>
<message><source>QGIS cannot save the layer “{name}” ({reason}); export it to a file first.</source><translation>QGIS no puede guardar la capa «{name}» ({reason}); expórtela antes a un archivo.</translation></message>
<message><source>QGIS could not load the result {paths}; see the Log Messages panel.</source><translation>QGIS no pudo cargar el resultado {paths}; véase el panel Mensajes del registro.</translation></message>
<message><source>QGIS could not load the style “{name}” ({message}); reinstall the plugin.</source><translation>QGIS no pudo cargar el estilo «{name}» ({message}); reinstale el complemento.</translation></message>
<message><source>QGIS' Python lacks {packages}; reinstall QGIS with its Python packages.</source><translation>Al Python de QGIS le falta {packages}; reinstale QGIS con sus paquetes de Python.</translation></message>
<message><source>QuakeFringe archive</source><translation>Archivo de QuakeFringe</translation></message>
<message><source>QuakeFringe archive: {name}</source><translation>Archivo de QuakeFringe: {name}</translation></message>
<message><source>QuakeFringe panel</source><translation>Panel de QuakeFringe</translation></message>
<message><source>QuakeFringe profile</source><translation>Perfil de QuakeFringe</translation></message>
<message><source>QuakeFringe profile: {name}</source><translation>Perfil de QuakeFringe: {name}</translation></message>
<message><source>QuakeML</source><translation>QuakeML</translation></message>
<message><source>Quantity</source><translation>Magnitud</translation></message>
<message><source>Radar wavelength (m)</source><translation>Longitud de onda del radar (m)</translation></message>
<message><source>Rake of the likelier plane</source><translation>Ángulo de deslizamiento del plano más probable</translation></message>
<message><source>Rake of the other plane</source><translation>Ángulo de deslizamiento del otro plano</translation></message>
<message><source>Ramp to take out of each look</source><translation>Rampa que se quita de cada vista</translation></message>
<message><source>Rank</source><translation>Puesto</translation></message>
<message><source>Re-wrap</source><translation>Reenvolver</translation></message>
<message><source>Reading…</source><translation>Leyendo…</translation></message>
<message><source>Remove from this list</source><translation>Quitar de esta lista</translation></message>
<message><source>Replaces the unit that the file states. A unit of length means displacement.</source><translation>Sustituye la unidad que indica el archivo. Una unidad de longitud significa desplazamiento.</translation></message>
<message><source>Report</source><translation>Informe</translation></message>
<message><source>Report of the active result</source><translation>Informe del resultado activo</translation></message>
<message><source>Report of the detection that gets the chapter</source><translation>Informe de la detección que recibe el capítulo</translation></message>
<message><source>Reset to defaults</source><translation>Restablecer valores</translation></message>
<message><source>Result</source><translation>Resultado</translation></message>
<message><source>Result (JSON)</source><translation>Resultado (JSON)</translation></message>
<message><source>Results folder (each run gets its own inside)</source><translation>Carpeta de resultados (cada ejecución recibe la suya dentro)</translation></message>
<message><source>Results of an archive run</source><translation>Resultados de la búsqueda en un archivo</translation></message>
<message><source>Rigidity (GPa)</source><translation>Rigidez (GPa)</translation></message>
<message><source>Roads</source><translation>Carreteras</translation></message>
<message><source>Runs of this project</source><translation>Búsquedas de este proyecto</translation></message>
<message><source>SHA-256 of the model file</source><translation>SHA-256 del archivo del modelo</translation></message>
<message><source>Safe step</source><translation>Paso seguro</translation></message>
<message><source>Sample: Gorkha 2015</source><translation>Ejemplo: Gorkha 2015</translation></message>
<message><source>Scales</source><translation>Escalas</translation></message>
<message><source>Scene</source><translation>Escena</translation></message>
<message><source>Scenes</source><translation>Escenas</translation></message>
<message><source>Scenes by what deserves a look</source><translation>Escenas según lo que merece verse</translation></message>
<message><source>Search first where the source network points</source><translation>Buscar primero donde señala la red de la fuente</translation></message>
<message><source>Search only this many of the coarsest scales.</source><translation>Buscar solo en este número de las escalas más gruesas.</translation></message>
<message><source>Search only this many of the coarsest scales. Empty: all, down to about 20 km.</source><translation>Buscar solo en este número de las escalas más gruesas. Vacío: todas, hasta unos 20 km.</translation></message>
<message><source>Search only this part of the scene, in any CRS. Empty: the whole scene.</source><translation>Buscar solo en esta parte de la escena, en cualquier SRC. Vacío: toda la escena.</translation></message>
<message><source>Search only this part: of the map, of a layer, or drawn.</source><translation>Buscar solo en esta parte: la del mapa, la de una capa o una dibujada.</translation></message>
<message><source>Search the active layer for earthquakes</source><translation>Buscar terremotos en la capa activa</translation></message>
<message><source>Searching “{scene}” for earthquakes…</source><translation>Buscando terremotos en «{scene}»…</translation></message>
<message><source>Seconds per window, numpy</source><translation>Segundos por ventana, numpy</translation></message>
<message><source>Seconds per window, onnxruntime</source><translation>Segundos por ventana, onnxruntime</translation></message>
<message><source>Seed of the random numbers</source><translation>Semilla de los números aleatorios</translation></message>
<message><source>Select a raster layer in the Layers panel first.</source><translation>Seleccione antes una capa ráster en el panel Capas.</translation></message>
<message><source>Set the layer's coordinate system, from which the size of a pixel follows</source><translation>Fijar el sistema de coordenadas de la capa, del que se deduce el tamaño del píxel</translation></message>
<message><source>Settlements</source><translation>Poblaciones</translation></message>
<message><source>Setup</source><translation>Instalación</translation></message>
<message><source>Show the active unwrapped or displacement layer as fringes of this size</source><translation>Mostrar la capa activa desenvuelta o de desplazamiento como franjas de este tamaño</translation></message>
<message><source>Single heads and mask</source><translation>Cabezas sueltas y máscara</translation></message>
<message><source>Size in metres of the cells into which a table of points is averaged. Empty: 100.</source><translation>Tamaño en metros de las celdas en las que se promedia una tabla de puntos. Vacío: 100.</translation></message>
<message><source>Size of neglected north motion (m)</source><translation>Tamaño del movimiento al norte que se desprecia (m)</translation></message>
<message><source>Size of the pixels of the result. Empty: that of the coarsest look.</source><translation>Tamaño de los píxeles del resultado. Vacío: el de la vista más gruesa.</translation></message>
<message><source>Source estimate (JSON)</source><translation>Estimación de la fuente (JSON)</translation></message>
<message><source>Source…</source><translation>Fuente…</translation></message>
<message><source>Strike of the likelier plane</source><translation>Rumbo del plano más probable</translation></message>
<message><source>Strike of the other plane</source><translation>Rumbo del otro plano</translation></message>
<message><source>Such as 2, or 1 3: of those that count motion away from the satellite as positive.</source><translation>Como 2, o 1 3: los de aquellos que cuentan como positivo el movimiento que se aleja del satélite.</translation></message>
<message><source>Such as 2015-04-17 2015-04-29. Empty: those of the product.</source><translation>Por ejemplo, 2015-04-17 2015-04-29. Vacío: las del producto.</translation></message>
<message><source>Such as 2015-04-25; every look must span it.</source><translation>Por ejemplo, 2015-04-25; cada vista debe abarcarla.</translation></message>
<message><source>The band to read, for files with several. Empty: worked out.</source><translation>La banda que se lee, en archivos con varias. Vacío: se deduce.</translation></message>
<message><source>The estimate as a QuakeML event, for other programs.</source><translation>La estimación como evento QuakeML, para otros programas.</translation></message>
<message><source>The estimate is added to this page as a chapter.</source><translation>La estimación se añade a esta página como capítulo.</translation></message>
<message><source>The extent cannot be transformed to the CRS of the interferogram; draw one that overlaps the scene.</source><translation>La extensión no se puede transformar al SRC del interferograma; dibuje una que solape la escena.</translation></message>
<message><source>The fault in numbers, instead of a source estimate: give all seven.</source><translation>La falla en números, en vez de una estimación de la fuente: dé los siete.</translation></message>
<message><source>The fault is incomplete: give {names} too.</source><translation>La falla está incompleta: indique también {names}.</translation></message>
<message><source>The file cannot be read ({error}); choose another one.</source><translation>El archivo no se puede leer ({error}); elija otro.</translation></message>
<message><source>The file, folder or archive as delivered. Several paths with ; between them.</source><translation>El archivo, la carpeta o el comprimido tal como se entrega. Varias rutas separadas por ;.</translation></message>
<message><source>The folder “{folder}” cannot be written ({reason}); choose another one.</source><translation>No se puede escribir en la carpeta «{folder}» ({reason}); elija otra.</translation></message>
<message><source>The ground that moved, if there is no box. Empty: the whole scenes.</source><translation>El terreno que se movió, si no hay recuadro. Vacío: las escenas enteras.</translation></message>
<message><source>The input is one interferogram; its line-of-sight change is mapped as it is.</source><translation>La entrada es un interferograma; su cambio en la línea de visión se cartografía tal cual.</translation></message>
<message><source>The interferogram of this result is not in the project; add it and search again.</source><translation>El interferograma de este resultado no está en el proyecto; añádalo y busque de nuevo.</translation></message>
<message><source>The layer has no coordinate system; state the width of its pixels.</source><translation>La capa no tiene sistema de coordenadas; indique la anchura de sus píxeles.</translation></message>
<message><source>The layers in “{path}” are missing or damaged; run the search again.</source><translation>Las capas de «{path}» faltan o están dañadas; repita la búsqueda.</translation></message>
<message><source>The library that runs the network.</source><translation>La biblioteca que ejecuta la red.</translation></message>
<message><source>The line cannot be transformed to the coordinate system of the interferogram; draw it closer to the scene.</source><translation>La línea no se puede transformar al sistema de coordenadas del interferograma; dibújela más cerca de la escena.</translation></message>
<message><source>The motion that positive values mean, if the file's sign is wrong or missing.</source><translation>El movimiento que indican los valores positivos, si el signo del archivo falta o es erróneo.</translation></message>
<message><source>The picture could not be written; choose another folder.</source><translation>No se pudo escribir la imagen; elija otra carpeta.</translation></message>
<message><source>The profile cannot be read ({error}); choose another layer.</source><translation>El perfil no se puede leer ({error}); elija otra capa.</translation></message>
<message><source>The report does not exist any more.</source><translation>El informe ya no existe.</translation></message>
<message><source>The report “{path}” does not exist any more; search the interferogram again.</source><translation>El informe «{path}» ya no existe; busque de nuevo en el interferograma.</translation></message>
<message><source>The result has no box.</source><translation>El resultado no tiene recuadros.</translation></message>
<message><source>The run failed; see the Log Messages panel.</source><translation>La ejecución falló; véase el panel Mensajes del registro.</translation></message>
<message><source>The same seed gives the same estimate.</source><translation>La misma semilla da la misma estimación.</translation></message>
<message><source>The sample is missing; install the plugin again.</source><translation>Falta el ejemplo; instale el complemento de nuevo.</translation></message>
<message><source>The size of a fringe must be a positive number of centimetres, such as 2.8.</source><translation>El tamaño de una franja debe ser un número positivo de centímetros, como 2.8.</translation></message>
<message><source>The wavelength of “{name}” is not known, so its phase cannot be turned into centimetres; set the wavelength in the QuakeFringe panel.</source><translation>No se conoce la longitud de onda de «{name}», así que su fase no se puede convertir en centímetros; indíquela en el panel de QuakeFringe.</translation></message>
<message><source>There is no file “{path}”; check the path.</source><translation>No existe el archivo «{path}»; revise la ruta.</translation></message>
<message><source>This version of the plugin does not have this step.</source><translation>Esta versión del complemento no tiene este paso.</translation></message>
<message><source>Threads</source><translation>Hilos</translation></message>
<message><source>Threshold</source><translation>Umbral</translation></message>
<message><source>Time or day of the earthquake (UTC)</source><translation>Hora o día del terremoto (UTC)</translation></message>
<message><source>Tolerance of the catalogue's times (days)</source><translation>Tolerancia de los tiempos del catálogo (días)</translation></message>
<message><source>Towards the satellite (cm)</source><translation>Hacia el satélite (cm)</translation></message>
<message><source>Towards the satellite (fringes)</source><translation>Hacia el satélite (franjas)</translation></message>
<message><source>Try it on the sample</source><translation>Probar con el ejemplo</translation></message>
<message><source>Tutorial</source><translation>Tutorial</translation></message>
<message><source>Uncertain</source><translation>Incierto</translation></message>
<message><source>Unit</source><translation>Unidad</translation></message>
<message><source>Unit of the values</source><translation>Unidad de los valores</translation></message>
<message><source>Unwrapped phase or displacement of one event, from two or more directions.</source><translation>Fase desenvuelta o desplazamiento de un evento, desde dos o más direcciones.</translation></message>
<message><source>Unwrapped phase or displacement, one for each look. Two fix rake and depth better.</source><translation>Fase desenvuelta o desplazamiento, uno por vista. Dos fijan mejor el deslizamiento y la profundidad.</translation></message>
<message><source>Up</source><translation>Vertical</translation></message>
<message><source>Up, standard deviation</source><translation>Vertical, desviación estándar</translation></message>
<message><source>Verdict</source><translation>Veredicto</translation></message>
<message><source>Vertical displacement in metres, the folder of a decomposition, or one interferogram.</source><translation>Desplazamiento vertical en metros, la carpeta de una descomposición o un interferograma.</translation></message>
<message><source>Wavelength</source><translation>Longitud de onda</translation></message>
<message><source>Wavelength of the radar in metres, 0.0555 for Sentinel-1. Empty: the product's.</source><translation>Longitud de onda del radar en metros, 0.0555 para Sentinel-1. Vacío: la del producto.</translation></message>
<message><source>What the ground did, and who lives there</source><translation>Qué hizo el terreno y quién vive allí</translation></message>
<message><source>What the values are</source><translation>Qué son los valores</translation></message>
<message><source>What the values are. “auto” decides from the name, the tags and the values.</source><translation>Qué son los valores. «auto» decide por el nombre, las etiquetas y los valores.</translation></message>
<message><source>Why</source><translation>Motivo</translation></message>
<message><source>Width of a pixel in metres, for rasters without a coordinate system.</source><translation>Anchura de un píxel en metros, para rásteres sin sistema de coordenadas.</translation></message>
<message><source>Words in the names of the layers (empty for all)</source><translation>Palabras en los nombres de las capas (vacío: todas)</translation></message>
<message><source>Words in the names of the layers to load, such as: unwrapped coherence.</source><translation>Palabras de los nombres de las capas que se cargan, como: unwrapped coherence.</translation></message>
<message><source>Wrapped or unwrapped phase, complex values or line-of-sight displacement: a raster layer, or the path of a product's file, folder or archive. Several paths with ; between them are joined.</source><translation>Fase envuelta o desenvuelta, valores complejos o desplazamiento en la línea de visión: una capa ráster, o la ruta del archivo, la carpeta o el comprimido de un producto. Varias rutas separadas por ; se unen.</translation></message>
<message><source>Wrapped phase is always relative to the start of the line</source><translation>La fase envuelta siempre es relativa al inicio de la línea</translation></message>
<message><source>Wrapped phase style</source><translation>Estilo de fase envuelta</translation></message>
<message><source>Wrapped phase that changes by more from sample to sample is marked as unsafe</source><translation>La fase envuelta que cambia más de una muestra a otra se marca como insegura</translation></message>
<message><source>Write the text as an HTML page as well.</source><translation>Escribir el texto también como página HTML.</translation></message>
<message><source>Zero at the start</source><translation>Cero al inicio</translation></message>
<message><source>Zones of uplift and subsidence, tilt, shaking, and the people and buildings in them.</source><translation>Zonas de elevación y hundimiento, inclinación, sacudida, y las personas y edificios que hay en ellas.</translation></message>
<message><source>about {count} min left</source><translation>quedan unos {count} min</translation></message>
<message><source>about {count} s left</source><translation>quedan unos {count} s</translation></message>
<message><source>all</source><translation>todas</translation></message>
<message><source>almost done</source><translation>casi listo</translation></message>
<message><source>as in the settings</source><translation>según los ajustes</translation></message>
<message><source>auto</source><translation>auto</translation></message>
<message><source>auto: {value}</source><translation>auto: {value}</translation></message>
<message><source>automatic: the faster one</source><translation>automático: el más rápido</translation></message>
<message><source>away from satellite</source><translation>alejándose</translation></message>
<message><source>beside the interferogram</source><translation>junto al interferograma</translation></message>
<message><source>beside the project</source><translation>junto al proyecto</translation></message>
<message><source>combined attention</source><translation>atención combinada</translation></message>
<message><source>corrections</source><translation>correcciones</translation></message>
<message><source>database</source><translation>base de datos</translation></message>
<message><source>displacement</source><translation>desplazamiento</translation></message>
<message><source>estimating the time…</source><translation>calculando el tiempo…</translation></message>
<message><source>head {number}</source><translation>cabeza {number}</translation></message>
<message><source>in one folder</source><translation>en una carpeta</translation></message>
<message><source>line-of-sight vectors</source><translation>vectores de la línea de visión</translation></message>
<message><source>mask of deformed ground</source><translation>máscara del terreno deformado</translation></message>
<message><source>missing</source><translation>falta</translation></message>
<message><source>no boxes</source><translation>sin recuadros</translation></message>
<message><source>none</source><translation>ninguno</translation></message>
<message><source>not known</source><translation>desconocido</translation></message>
<message><source>of the model</source><translation>del modelo</translation></message>
<message><source>of the product</source><translation>del producto</translation></message>
<message><source>one colour cycle is one fringe, {fringe}</source><translation>un ciclo de color es una franja, {fringe}</translation></message>
<message><source>one colour cycle is one fringe, {fringe} along the line of sight</source><translation>un ciclo de color es una franja, {fringe} a lo largo de la línea de visión</translation></message>
<message><source>one for each core</source><translation>uno por núcleo</translation></message>
<message><source>one fringe</source><translation>una franja</translation></message>
<message><source>one fringe: {cm} cm</source><translation>una franja: {cm} cm</translation></message>
<message><source>peak {cm} cm</source><translation>máximo {cm} cm</translation></message>
<message><source>pixels</source><translation>píxeles</translation></message>
<message><source>plain raster</source><translation>ráster simple</translation></message>
<message><source>red is away from the satellite</source><translation>el rojo se aleja del satélite</translation></message>
<message><source>red is towards the satellite</source><translation>el rojo se acerca al satélite</translation></message>
<message><source>single heads and mask: search again</source><translation>cabezas sueltas y máscara: buscar de nuevo</translation></message>
<message><source>temporary</source><translation>temporal</translation></message>
<message><source>temporary, until QGIS closes</source><translation>temporales, hasta que QGIS se cierre</translation></message>
<message><source>that it shows other deformation</source><translation>de que muestre otra deformación</translation></message>
<message><source>that the ground deformed</source><translation>de que el terreno se deformara</translation></message>
<message><source>that the scene shows an earthquake</source><translation>de que la escena muestre un terremoto</translation></message>
<message><source>too dense to be measured</source><translation>demasiado denso para medirse</translation></message>
<message><source>towards satellite</source><translation>hacia el satélite</translation></message>
<message><source>unwrapped phase</source><translation>fase desenvuelta</translation></message>
<message><source>web service</source><translation>servicio web</translation></message>
<message><source>whole scene</source><translation>toda la escena</translation></message>
<message><source>wrapped phase</source><translation>fase envuelta</translation></message>
<message><source>{count} boxes of an earthquake</source><translation>{count} recuadros de terremoto</translation></message>
<message><source>{count} boxes of other deformation</source><translation>{count} recuadros de otra deformación</translation></message>
<message><source>{count} fringes</source><translation>{count} franjas</translation></message>
<message><source>{name} and {count} more</source><translation>{name} y {count} más</translation></message>
<message><source>{name} holds {given} numbers for {count} looks; give one a look.</source><translation>{name} tiene {given} números para {count} vistas; dé uno por vista.</translation></message>
<message><source>{name} is no list of numbers; write numbers with spaces between.</source><translation>{name} no es una lista de números; escriba números separados por espacios.</translation></message>
<message><source>{name} is no list of whole numbers; write numbers such as 1 2.</source><translation>{name} no es una lista de números enteros; escriba números como 1 2.</translation></message>
<message><source>{name} is not a list of numbers; write degrees with spaces between.</source><translation>{name} no es una lista de números; escriba grados separados por espacios.</translation></message>
<message><source>{percent}: the probability of deformation of this kind inside this box. The verdict weighs the whole scene, so it can be higher.</source><translation>{percent}: la probabilidad de deformación de este tipo dentro de este recuadro. El veredicto pondera toda la escena, así que puede ser mayor.</translation></message>
<message><source>{pixels} pixels; their size follows from the coordinate system.</source><translation>{pixels} píxeles; su tamaño se deduce del sistema de coordenadas.</translation></message>
<message><source>{scene}: 1 layer of a {product} product.</source><translation>{scene}: 1 capa de un producto {product}.</translation></message>
<message><source>{scene}: cancelled.</source><translation>{scene}: cancelado.</translation></message>
<message><source>{scene}: cancelled; no files were written.</source><translation>{scene}: cancelado; no se escribió ningún archivo.</translation></message>
<message><source>{scene}: {count} layers of a {product} product.</source><translation>{scene}: {count} capas de un producto {product}.</translation></message>
<message><source>{shown} of {total} scenes; a double click opens one.</source><translation>{shown} de {total} escenas; un doble clic abre una.</translation></message>
<message><source>“auto” takes a plane where enough still ground surrounds the event, else an offset.</source><translation>«auto» quita un plano donde bastante terreno quieto rodea el evento; si no, una constante.</translation></message>
<message><source>“auto” uses onnxruntime if QGIS' Python has it, and numpy otherwise.</source><translation>«auto» usa onnxruntime si el Python de QGIS lo tiene; si no, numpy.</translation></message>
<message><source>“plain” reads a plain raster, whatever product its name suggests.</source><translation>«plain» lee un ráster simple, sea cual sea el producto que sugiera su nombre.</translation></message>
<message><source>“zero” neglects it, “solve” needs three looks, “auto” solves where they allow.</source><translation>«zero» lo desprecia, «solve» necesita tres vistas, «auto» lo resuelve donde lo permiten.</translation></message>
<message><source>“{driver}:…” is a connection to a {kind}; save the raster as a GeoTIFF and use that file.</source><translation>«{driver}:…» es una conexión a {kind}; guarde el ráster como GeoTIFF y use ese archivo.</translation></message>
<message><source>“{name}” comes from QGIS' {provider} provider and is not a file; save it as a GeoTIFF (right-click ▸ Export ▸ Save As…, raw data) and use that.</source><translation>«{name}» viene del proveedor {provider} de QGIS y no es un archivo; guárdela como GeoTIFF (clic derecho ▸ Exportar ▸ Guardar como…, datos en bruto) y use ese archivo.</translation></message>
<message><source>“{name}” contains complex values, which QGIS cannot colour; use Raster ▸ QuakeFringe ▸ Open product to load its phase.</source><translation>«{name}» contiene valores complejos, que QGIS no puede colorear; use Ráster ▸ QuakeFringe ▸ Abrir producto para cargar su fase.</translation></message>
<message><source>“{name}” contains only zeros; check its band and its nodata value.</source><translation>«{name}» solo contiene ceros; revise su banda y su valor sin datos.</translation></message>
<message><source>“{name}” has no layer named “{names}”; its layers are {kinds}.</source><translation>«{name}» no tiene ninguna capa llamada «{names}»; sus capas son {kinds}.</translation></message>
<message><source>“{name}” has no raster band; use Raster ▸ QuakeFringe ▸ Open product to load its layers.</source><translation>«{name}» no tiene ninguna banda ráster; use Ráster ▸ QuakeFringe ▸ Abrir producto para cargar sus capas.</translation></message>
<message><source>“{name}” has no valid values; check its band and its nodata value.</source><translation>«{name}» no tiene valores válidos; revise su banda y su valor sin datos.</translation></message>
<message><source>“{name}” has several additional nodata values or a range of them; none of them is used.</source><translation>«{name}» tiene varios valores sin datos adicionales o un intervalo de ellos; no se usa ninguno.</translation></message>
<message><source>“{name}” has several additional nodata values or a range of them; only {value} is used.</source><translation>«{name}» tiene varios valores sin datos adicionales o un intervalo de ellos; solo se usa {value}.</translation></message>
<message><source>“{name}” is a web map ({provider}), which has colours but no phase; download the interferogram's data file (such as a GeoTIFF) and use that.</source><translation>«{name}» es un mapa web ({provider}), que tiene colores pero no fase; descargue el archivo de datos del interferograma (un GeoTIFF, por ejemplo) y úselo.</translation></message>
<message><source>“{name}” is not a raster layer; select the interferogram in the Layers panel.</source><translation>«{name}» no es una capa ráster; seleccione el interferograma en el panel Capas.</translation></message>
<message><source>“{name}” is wrapped already, so its fringes have a fixed size; choose an unwrapped or displacement layer.</source><translation>«{name}» ya está envuelta, así que sus franjas tienen un tamaño fijo; elija una capa desenvuelta o de desplazamiento.</translation></message>
<message><source>“{name}” spans {count} fringes, too many for this style; use the displacement style.</source><translation>«{name}» abarca {count} franjas, demasiadas para este estilo; use el estilo de desplazamiento.</translation></message>
<message><source>“{text}” is neither a file nor a vector layer; check its path.</source><translation>«{text}» no es un archivo ni una capa vectorial; revise la ruta.</translation></message>
</context>
</TS>
